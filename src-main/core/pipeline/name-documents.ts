// From staged files to documents with a final name and, where the COLD job wants one, an index file beside them.
import { RefusedError, toAppError } from '../errors.ts';
import type { Destination } from '../destinations/destination.ts';
import { renderSidecar, sidecarName } from '../destinations/sidecar.ts';
import type { Delivery } from '../store/ledger-repo.ts';
import type { Failures } from './deliver-group.ts';
import type { RunContext } from './run-context.ts';
import { sidecarFacts } from './sidecar-facts.ts';
import type { StagedFile } from './stager.ts';
import type { ClaimedItem, StagedPart } from './unit.ts';

export type Ready = {
  readonly part: StagedPart;
  readonly file: StagedFile;
  /** What its content told, for the index file. */
  readonly facts?: Readonly<Record<string, string>>;
};
export type Draft = { readonly claimed: ClaimedItem; readonly ready: readonly Ready[] };
export type Document = {
  readonly claimed: ClaimedItem;
  readonly destination: Destination;
  readonly delivery: Delivery;
};

type Named = Ready & { readonly claimed: ClaimedItem; readonly finalPath: string | null };

/** An item of which one document gets no name, or no index file, is in `failures`, and none of its files is left. */
export async function nameDocuments(
  context: RunContext,
  drafts: readonly Draft[],
  failures: Failures,
): Promise<Document[]> {
  const documents: Document[] = [];
  for (const [jobId, destination] of context.destinations) {
    const mine = drafts.flatMap(({ claimed, ready }) =>
      ready.filter(({ part }) => part.part.jobId === jobId).map((one) => ({ claimed, ...one })),
    );
    if (mine.length === 0) continue;
    const finals = await reserve(destination, mine, failures);
    const drafted = mine.map((one, index) =>
      draftDocument(context, destination, { ...one, finalPath: finals[index] ?? null }, failures),
    );
    documents.push(...(await Promise.all(drafted)).flatMap((one) => one ?? []));
  }
  const good = documents.filter((one) => !failures.has(one.claimed));
  for (const one of documents) {
    if (good.includes(one)) continue;
    await discardTemporaries(context, one.delivery);
    one.destination.release([one.delivery.finalPath]);
  }
  return good;
}

async function reserve(
  destination: Destination,
  mine: readonly (Ready & { readonly claimed: ClaimedItem })[],
  failures: Failures,
): Promise<readonly (string | null)[]> {
  try {
    return await destination.reserve(mine.map(({ part }) => part.part.name));
  } catch (thrown) {
    for (const { claimed } of mine) failures.set(claimed, toAppError(thrown));
    return [];
  }
}

async function draftDocument(
  context: RunContext,
  destination: Destination,
  one: Named,
  failures: Failures,
): Promise<Document | undefined> {
  const { claimed, part, finalPath } = one;
  if (finalPath === null) {
    await context.stager.discard(part.tempPath);
    const taken = new RefusedError('name.taken', { name: part.part.name });
    if (!failures.has(claimed)) failures.set(claimed, taken);
    return undefined;
  }
  const delivery = deliveryOf(one, finalPath);
  const format = destination.job.sidecar;
  if (format === 'none') return { claimed, destination, delivery };
  const sidecarTemp = destination.tempPath();
  const { item } = claimed.order;
  const told = one.facts === undefined ? item : { ...item, facts: { ...item.facts, ...one.facts } };
  const { protection } = one.file;
  const facts = {
    ...sidecarFacts(context, told, delivery, destination.job),
    ...(protection === undefined ? {} : { protection }),
  };
  const sidecarFinal = sidecarName(finalPath, format);
  try {
    await context.stager.write(sidecarTemp, renderSidecar(format, facts));
  } catch (thrown) {
    failures.set(claimed, toAppError(thrown));
  }
  return { claimed, destination, delivery: { ...delivery, sidecarTemp, sidecarFinal } };
}

function deliveryOf({ claimed, part, file }: Named, finalPath: string): Delivery {
  const end = Math.max(finalPath.lastIndexOf('/'), finalPath.lastIndexOf('\\')) + 1;
  return {
    itemId: claimed.claim.id,
    generation: claimed.claim.generation,
    part: part.part.offer.part,
    originalName: part.part.offer.givenName ?? part.part.offer.name,
    name: finalPath.slice(end),
    jobId: part.part.jobId,
    tempPath: part.tempPath,
    finalPath,
    sidecarTemp: null,
    sidecarFinal: null,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
  };
}

/** Never throws. */
export async function discardTemporaries(
  { stager }: Pick<RunContext, 'stager'>,
  { tempPath, sidecarTemp }: Pick<Delivery, 'tempPath' | 'sidecarTemp'>,
): Promise<void> {
  await stager.discard(tempPath);
  if (sidecarTemp !== null) await stager.discard(sidecarTemp);
}
