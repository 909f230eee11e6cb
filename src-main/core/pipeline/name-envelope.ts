// From the staged files of an envelope to documents with final names: in a folder of their own, built under a temporary
// name and shown by one rename, or side by side with a common beginning. Its index file is part of the same delivery.
import { dirname, join } from 'node:path';
import type { Bundle } from '../store/ledger-rows.ts';
import { envelopeSidecarName, renderEnvelopeSidecar } from '../destinations/envelope-sidecar.ts';
import { nameRoom } from '../destinations/folder/candidate-names.ts';
import type { Destination, StagedName } from '../destinations/destination.ts';
import { RefusedError, toAppError } from '../errors.ts';
import { fitName, nameKey, splitName } from '../files/name-parts.ts';
import { safeName } from '../files/safe-name.ts';
import type { Delivery } from '../store/ledger-repo.ts';
import type { Failures } from './deliver-group.ts';
import { envelopeIndex, type Recognised } from './envelope-index.ts';
import type { Document, Draft, Ready } from './name-documents.ts';
import { heldPaths } from './publish-bundle.ts';
import type { RunContext } from './run-context.ts';
import { type Answer, tellAnswers } from './tell-envelope.ts';

/** Longer names of folders leave no room for the names of files below them. */
const STEM = { maxUnits: 80, maxBytes: 120 };

/** An item that gets no name is in `failures`, and none of its files is left; nor is any where the ledger throws. */
export async function nameEnvelopes(
  context: RunContext,
  drafts: readonly Draft[],
  failures: Failures,
): Promise<Document[]> {
  const namings = drafts.flatMap((draft): Naming[] => {
    const [first] = draft.ready;
    const offer = draft.claimed.order.item.envelope;
    const destination = first && context.destinations.get(first.part.part.jobId);
    if (destination === undefined || offer?.is !== 'envelope') return [];
    return [{ context, draft, offer, destination }];
  });
  if (namings.length === 0) return [];
  try {
    remember(context, namings);
  } catch (thrown) {
    for (const { part } of namings.flatMap(({ draft }) => draft.ready)) {
      await context.stager.discard(part.tempPath);
    }
    throw thrown;
  }
  const named = await Promise.all(namings.map((naming) => nameOne(naming, failures)));
  const documents = named.flat();
  const unsure = new Set<Destination>();
  for (const destination of new Set(documents.map((one) => one.destination))) {
    try {
      // On the disk before the ledger relies on it: from then on a folder that is gone was renamed.
      await destination.bundles?.flush();
    } catch (thrown) {
      unsure.add(destination);
      for (const one of documents) {
        if (one.destination === destination) failures.set(one.claimed, toAppError(thrown));
      }
    }
  }
  for (const { destination, delivery } of documents) {
    if (!unsure.has(destination)) continue;
    for (const path of temporariesOf(delivery)) await context.stager.discard(path);
    if (delivery.bundle === 'folder') {
      await destination.bundles?.discard(dirname(delivery.tempPath));
    }
    destination.release(heldPaths(delivery));
  }
  return documents.filter((one) => !unsure.has(one.destination));
}

/** All of them first: a file and its answer often come together, and each tells of the other. */
function remember({ store }: RunContext, namings: readonly Naming[]): void {
  store.atomically(() => {
    for (const { draft, offer } of namings) {
      const documents = draft.ready.length;
      store.envelopes.remember(draft.claimed.claim.id, { ...offer, documents });
    }
  });
}

const temporariesOf = ({ tempPath, sidecarTemp }: Delivery): string[] =>
  sidecarTemp === null ? [tempPath] : [tempPath, sidecarTemp];

async function nameOne(naming: Naming, failures: Failures): Promise<Document[]> {
  const { context, draft, offer, destination } = naming;
  const { claimed } = draft;
  const temps = draft.ready.map(({ part }) => part.tempPath);
  try {
    const deliveries = await (offer.layout === 'folder' && destination.bundles
      ? nameFolder(naming, destination.bundles, temps)
      : nameSet(naming, temps));
    return deliveries.map((delivery) => ({ claimed, destination, delivery }));
  } catch (thrown) {
    failures.set(claimed, toAppError(thrown));
    for (const path of temps) await context.stager.discard(path);
    return [];
  }
}

type Naming = {
  readonly context: RunContext;
  readonly draft: Draft;
  readonly offer: Recognised;
  readonly destination: Destination;
};

async function nameFolder(
  naming: Naming,
  bundles: NonNullable<Destination['bundles']>,
  temps: string[],
): Promise<Delivery[]> {
  const { destination, draft, offer } = naming;
  const stem = fitName(safeName(offer.stem), STEM);
  const [folder] = await destination.reserve([stem]);
  if (folder === undefined || folder === null) throw new RefusedError('name.taken', { name: stem });
  try {
    const room = nameRoom(folder, '');
    const names = distinctNames(draft.ready.map(({ part }) => fitName(part.part.name, room)));
    const staged: StagedName[] = draft.ready.map(({ part }, index) => ({
      tempPath: part.tempPath,
      name: names[index] ?? part.part.name,
    }));
    const sidecar = await writeIndex(naming, { names, temps });
    if (sidecar !== null) {
      const wanted = envelopeSidecarName(
        fitName(splitName(stem).stem, { ...room, maxUnits: 60 }),
        sidecar.format,
      );
      const [name = wanted] = distinctNames([...names, wanted]).slice(-1);
      staged.push({ tempPath: sidecar.tempPath, name });
    }
    const tempFolder = await bundles.assemble(staged);
    return draft.ready.map((one, index) => {
      const name = names[index] ?? '';
      const paths = { tempPath: join(tempFolder, name), finalPath: join(folder, name) };
      return deliveryOf(naming, one, { ...paths, name, bundle: 'folder' });
    });
  } catch (thrown) {
    destination.release([folder]);
    throw thrown;
  }
}

async function nameSet(naming: Naming, temps: string[]): Promise<Delivery[]> {
  const { destination, draft, offer } = naming;
  const { format } = indexOf(naming);
  // The number of the item keeps two envelopes of one name apart, whoever eats their files in which order.
  const stem = `${fitName(safeName(splitName(offer.stem).stem), STEM)}-${String(draft.claimed.claim.id)}`;
  const wanted = draft.ready.map(({ part }, index) => {
    const order = String(index + 1).padStart(2, '0');
    return safeName(`${stem}_${order}_${part.part.name}`);
  });
  const sidecarName = format === null ? [] : [envelopeSidecarName(stem, format)];
  const finals = await destination.reserve([...wanted, ...sidecarName]);
  const free = finals.filter((one) => one !== null);
  try {
    if (free.length < finals.length) throw new RefusedError('name.taken', { name: stem });
    const names = free.slice(0, wanted.length).map(lastOf);
    const sidecar = await writeIndex(naming, { names, temps });
    return draft.ready.map((one, index) => {
      const finalPath = free[index] ?? '';
      const delivery = deliveryOf(naming, one, {
        tempPath: one.part.tempPath,
        finalPath,
        name: names[index] ?? '',
        bundle: 'flat',
      });
      if (index > 0 || sidecar === null) return delivery;
      return { ...delivery, sidecarTemp: sidecar.tempPath, sidecarFinal: free.at(-1) ?? null };
    });
  } catch (thrown) {
    destination.release(free);
    throw thrown;
  }
}

const lastOf = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

const indexOf = ({ destination }: Pick<Naming, 'destination'>) => {
  const { sidecar } = destination.job;
  return { format: sidecar === 'none' ? null : sidecar };
};

type Written = {
  readonly tempPath: string;
  readonly format: NonNullable<ReturnType<typeof indexOf>['format']>;
};

/** Null where the COLD job wants none; what is linked is noted all the same. */
async function writeIndex(
  naming: Naming,
  { names, temps }: { readonly names: readonly string[]; readonly temps: string[] },
): Promise<Written | null> {
  const { context, draft, offer, destination } = naming;
  const { id } = draft.claimed.claim;
  const { item } = draft.claimed.order;
  const { envelopes } = context.store;
  const others = offer.envelope.documents.map(({ linkKey, isAnswer }) =>
    linkKey === null ? [] : envelopes.otherSide(linkKey, isAnswer, id),
  );
  const before = envelopes.lastOf(offer.identity.key, id);
  const { format } = indexOf(naming);
  if (format === null) return null;
  const files = draft.ready.map(({ part, file }, index) => {
    const role = offer.roles.get(part.part.offer.part);
    return {
      role: role?.role ?? ('other' as const),
      name: names[index] ?? part.part.name,
      originalName: role?.originalName ?? part.part.offer.name,
      mediaType: part.part.offer.mediaType,
      documents: role?.documents ?? [],
      ...file,
    };
  });
  const { job } = destination;
  const warnings = draft.claimed.findings ?? [];
  const record = envelopeIndex(context, { item, offer, job, files, warnings, others, before });
  const tempPath = destination.tempPath();
  temps.push(tempPath);
  await context.stager.write(tempPath, renderEnvelopeSidecar(format, record));
  return { tempPath, format };
}

/** After the delivery: what its documents answer, and what was refused. Reads what `remember` has noted. */
export function tellDelivered(context: RunContext, { claimed }: Pick<Draft, 'claimed'>): void {
  const { item } = claimed.order;
  if (item.envelope?.is !== 'envelope') return;
  const { id } = claimed.claim;
  const answers = item.envelope.envelope.documents.map((document): Answer => {
    const { linkKey, isAnswer } = document;
    const { envelopes } = context.store;
    return { document, others: linkKey === null ? [] : envelopes.otherSide(linkKey, isAnswer, id) };
  });
  tellAnswers(context, { id, title: item.title, answers });
}

type Placed = Pick<Delivery, 'tempPath' | 'finalPath' | 'name'> & { readonly bundle: Bundle };

const deliveryOf = ({ draft }: Naming, { part, file }: Ready, placed: Placed): Delivery => ({
  ...placed,
  itemId: draft.claimed.claim.id,
  generation: draft.claimed.claim.generation,
  part: part.part.offer.part,
  originalName: part.part.offer.name,
  jobId: part.part.jobId,
  sidecarTemp: null,
  sidecarFinal: null,
  sizeBytes: file.sizeBytes,
  sha256: file.sha256,
});

/** `a.pdf`, `a (2).pdf`: no two differ only by case. */
function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((wanted) => {
    const { stem, suffix } = splitName(wanted);
    let name = wanted;
    for (let n = 2; taken.has(nameKey(name)); n++) name = `${stem} (${String(n)})${suffix}`;
    taken.add(nameKey(name));
    return name;
  });
}
