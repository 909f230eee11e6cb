// Delivers a group of staged items: names, ledger `delivering`, renames, flush of the folder, ledger `delivered`.
// Whatever is killed when, `recover` finds in the ledger how far it came; nothing is delivered twice.
import type { AppError } from '../errors.ts';
import { RefusedError, toAppError } from '../errors.ts';
import type { Destination, Move } from '../destinations/destination.ts';
import { renderSidecar, sidecarName } from '../destinations/sidecar.ts';
import type { Conclusion, Delivery } from '../store/ledger-repo.ts';
import { failureOf } from './failure.ts';
import { type RunContext, stampOf } from './run-context.ts';
import { sidecarFacts } from './sidecar-facts.ts';
import type { StagedFile } from './stager.ts';
import type { ClaimedItem, StagedPart, Unit } from './unit.ts';

type Ready = { readonly part: StagedPart; readonly file: StagedFile };
type Draft = { readonly claimed: ClaimedItem; readonly ready: readonly Ready[] };
type Document = {
  readonly claimed: ClaimedItem;
  readonly destination: Destination;
  readonly delivery: Delivery;
};

/** Items whose files could not be staged, named or renamed fail alone; the others of the group go through. */
export async function deliverGroup(context: RunContext, units: readonly Unit[]): Promise<void> {
  const failures = new Map<ClaimedItem, AppError>();
  const drafts = await whole(units, failures);
  const documents = await name(context, drafts, failures);
  if (documents.length > 0) {
    context.store.ledger.beginDelivery(
      stampOf(context),
      documents.map((one) => one.delivery),
    );
    context.checkpoint('ledger.delivering');
  }
  const failed = await publish(context, documents, failures);
  const delivered = documents.filter((one) => !failed.has(one.delivery));
  const conclusions = conclude(context, drafts, failures);
  const at = context.clock.now().toISOString();
  context.store.ledger.endDelivery(
    at,
    delivered.map((one) => one.delivery),
    [...failed],
    conclusions,
  );
  context.checkpoint('ledger.delivered');
  for (const one of documents) one.destination.release([one.delivery.finalPath]);
  report(context, drafts, delivered, failures);
}

/** Waits for all files of each item; an item with one bad file is not delivered in part. */
async function whole(
  units: readonly Unit[],
  failures: Map<ClaimedItem, AppError>,
): Promise<Draft[]> {
  const drafts: Draft[] = [];
  for (const { claimed, parts } of units) {
    const results = await Promise.allSettled(parts.map((part) => part.staged));
    const ready: Ready[] = [];
    for (const [index, result] of results.entries()) {
      const part = parts[index];
      if (part === undefined) continue;
      if (result.status === 'fulfilled') ready.push({ part, file: result.value });
      else failures.set(claimed, toAppError(result.reason));
    }
    if (!failures.has(claimed) && ready.length !== claimed.parts.length) {
      failures.set(
        claimed,
        new RefusedError('item.partMissing', { title: claimed.order.item.title }),
      );
    }
    if (failures.has(claimed)) await Promise.all(parts.map((part) => part.abort()));
    drafts.push({ claimed, ready: failures.has(claimed) ? [] : ready });
  }
  return drafts;
}

async function name(
  context: RunContext,
  drafts: readonly Draft[],
  failures: Map<ClaimedItem, AppError>,
): Promise<Document[]> {
  const drafted: Promise<Document>[] = [];
  for (const [jobId, destination] of context.destinations) {
    const mine = drafts.flatMap(({ claimed, ready }) =>
      ready.filter(({ part }) => part.part.jobId === jobId).map((one) => ({ claimed, ...one })),
    );
    if (mine.length === 0) continue;
    const finals = await destination.reserve(mine.map(({ part }) => part.part.name));
    for (const [index, one] of mine.entries()) {
      const finalPath = finals[index];
      if (finalPath === undefined || finalPath === null) {
        failures.set(one.claimed, new RefusedError('name.taken', { name: one.part.part.name }));
        continue;
      }
      drafted.push(
        draftDelivery(context, destination, finalPath, one).then((delivery) => ({
          claimed: one.claimed,
          destination,
          delivery,
        })),
      );
    }
  }
  const documents = await Promise.all(drafted);
  const good: Document[] = [];
  for (const one of documents) {
    if (!failures.has(one.claimed)) good.push(one);
    else await giveUp(context, one);
  }
  return good;
}

async function draftDelivery(
  context: RunContext,
  destination: Destination,
  finalPath: string,
  one: Ready & { readonly claimed: ClaimedItem },
): Promise<Delivery> {
  const { claimed, part, file } = one;
  const format = destination.job.sidecar;
  const delivery = {
    itemId: claimed.claim.id,
    generation: claimed.claim.generation,
    part: part.part.offer.part,
    originalName: part.part.offer.name,
    name: finalPath.slice(Math.max(finalPath.lastIndexOf('/'), finalPath.lastIndexOf('\\')) + 1),
    jobId: part.part.jobId,
    tempPath: part.tempPath,
    finalPath,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
  };
  if (format === 'none') return { ...delivery, sidecarTemp: null, sidecarFinal: null };
  const sidecarTemp = destination.tempPath();
  const facts = sidecarFacts(context, claimed.order.item, delivery, destination.job);
  await context.stager.write(sidecarTemp, renderSidecar(format, facts));
  return { ...delivery, sidecarTemp, sidecarFinal: sidecarName(finalPath, format) };
}

/** Renames, the sidecar before its document: a COLD job that takes the document finds its index beside it. */
async function publish(
  context: RunContext,
  documents: readonly Document[],
  failures: Map<ClaimedItem, AppError>,
): Promise<Set<Delivery>> {
  const failed = new Set<Delivery>();
  for (const destination of new Set(documents.map((one) => one.destination))) {
    const mine = documents.filter((one) => one.destination === destination);
    const owners: Document[] = [];
    const moves = mine.flatMap((one) => {
      const own = movesOf(one.delivery);
      own.forEach(() => owners.push(one));
      return own;
    });
    // Names are in the ledger: from here to the end nobody's wish to stop may cut in.
    const outcomes = await destination.publish(moves, new AbortController().signal);
    for (const [index, outcome] of outcomes.entries()) {
      const owner = owners[index];
      if (outcome.ok || owner === undefined) continue;
      failed.add(owner.delivery);
      failures.set(owner.claimed, outcome.error);
      await giveUp(context, owner);
      const { sidecarFinal } = owner.delivery;
      if (sidecarFinal !== null) await context.stager.discard(sidecarFinal);
    }
  }
  return failed;
}

export function movesOf(delivery: {
  readonly tempPath: string;
  readonly finalPath: string;
  readonly sidecarTemp: string | null;
  readonly sidecarFinal: string | null;
}): Move[] {
  const { tempPath, finalPath, sidecarTemp, sidecarFinal } = delivery;
  const document = { tempPath, finalPath };
  if (sidecarTemp === null || sidecarFinal === null) return [document];
  return [{ tempPath: sidecarTemp, finalPath: sidecarFinal }, document];
}

async function giveUp(context: RunContext, one: Document): Promise<void> {
  await context.stager.discard(one.delivery.tempPath);
  if (one.delivery.sidecarTemp !== null) await context.stager.discard(one.delivery.sidecarTemp);
  one.destination.release([one.delivery.finalPath]);
}

function conclude(
  context: RunContext,
  drafts: readonly Draft[],
  failures: ReadonlyMap<ClaimedItem, AppError>,
): Conclusion[] {
  return drafts.map(({ claimed }) => {
    const failure = failures.get(claimed);
    return failure === undefined
      ? successOf(context, claimed)
      : failureOf(context, claimed.claim, failure);
  });
}

/** Delivered; settled too where nothing is to be done at the source. */
export function successOf(
  context: RunContext,
  claimed: Pick<ClaimedItem, 'claim' | 'rest'>,
): Conclusion {
  const { id } = claimed.claim;
  const { state, reason } = claimed.rest;
  if (state !== 'delivered') return { id, state, reason, nextTryAt: null, settleDueAt: null };
  const plan = context.settlePlan('delivered');
  if (plan.when === 'never') {
    return { id, state: 'settled', reason: null, nextTryAt: null, settleDueAt: null };
  }
  const days = plan.when === 'later' ? plan.days : 0;
  const dueAt = new Date(context.clock.now().getTime() + days * 86_400_000).toISOString();
  return { id, state: 'delivered', reason: null, nextTryAt: null, settleDueAt: dueAt };
}

function report(
  context: RunContext,
  drafts: readonly Draft[],
  delivered: readonly Document[],
  failures: ReadonlyMap<ClaimedItem, AppError>,
): void {
  for (const one of delivered) context.tally.document(one.delivery.sizeBytes);
  for (const { claimed } of drafts) {
    const failure = failures.get(claimed);
    if (failure !== undefined) {
      const { state, reason } = failureOf(context, claimed.claim, failure);
      context.tally.item(state === 'quarantined' ? 'quarantined' : 'deferred');
      context.logger.log('warn', reason?.code ?? failure.code, { item: claimed.claim.id });
    } else {
      context.tally.item(claimed.rest.state);
      const { key, version } = claimed.order.item;
      if (claimed.rest.state === 'delivered') context.known.add(key, version);
    }
  }
}
