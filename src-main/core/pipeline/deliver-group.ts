// Delivers a group of staged items: names, ledger `delivering`, renames, flush of the folder, ledger `delivered`.
// Whatever is killed when, `recover` finds in the ledger how far it came; nothing is delivered twice.
import { dirname } from 'node:path';
import type { AppError } from '../errors.ts';
import { RefusedError, toAppError, TransientError } from '../errors.ts';
import type { Delivery } from '../store/ledger-repo.ts';
import { failureOf } from './failure.ts';
import { beginWithForwards, copyForwards, type Forwards } from './forward-documents.ts';
import {
  discardTemporaries,
  type Document,
  type Draft,
  nameDocuments,
  type Ready,
} from './name-documents.ts';
import { nameEnvelopes, tellDelivered } from './name-envelope.ts';
import { heldPaths } from './publish-bundle.ts';
import { policyOf, refusalOf, type ProtectionPolicy } from './protection.ts';
import { publishDocuments, type Unpublished } from './publish-documents.ts';
import { routeDrafts } from './route-drafts.ts';
import type { RunContext } from './run-context.ts';
import { successOf } from './success.ts';
import { tellFindings } from './tell-findings.ts';
import type { ClaimedItem, Unit } from './unit.ts';

/** Why an item of the group fails; the others go through. */
export type Failures = Map<ClaimedItem, AppError>;

/** Throws what the ledger and the flush of a folder throw; what was named then is finished by `recover`. */
export async function deliverGroup(context: RunContext, units: readonly Unit[]): Promise<void> {
  const failures: Failures = new Map();
  const drafts = await routeDrafts(
    context,
    await whole(units, failures, policyOf(context.launcher)),
    failures,
  );
  const isEnvelope = ({ claimed }: Draft): boolean => claimed.order.item.envelope !== undefined;
  const named = [
    ...(await nameDocuments(
      context,
      drafts.filter((one) => !isEnvelope(one)),
      failures,
    )),
    ...(await nameEnvelopes(context, drafts.filter(isEnvelope), failures)),
  ];
  const forwards = await copyForwards(context, named, failures);
  const documents = await withoutFailed(context, named, failures);
  try {
    await beginDelivery(context, documents, forwards);
    context.checkpoint('ledger.delivering');
    const unpublished = await publish(documents, failures);
    const delivered = documents.filter((one) => !unpublished.has(one.delivery));
    endDelivery(context, drafts, { delivered, failed: [...unpublished.keys()], failures });
    if (forwards.size > 0) context.forwarding?.release();
    // Only now: without its row a crash would take a temporary file that is gone for one that was renamed.
    for (const [delivery, { orphan }] of unpublished) {
      await discardTemporaries(context, delivery);
      await discardFolder(context, delivery);
      if (orphan !== null) await context.stager.discard(orphan);
    }
    report(context, drafts, { delivered, failures });
  } finally {
    for (const { destination, delivery } of documents) destination.release(heldPaths(delivery));
  }
}

/** Waits for all files of each item; an item with one bad file is not delivered in part. */
async function whole(
  units: readonly Unit[],
  failures: Failures,
  policy: ProtectionPolicy,
): Promise<Draft[]> {
  const drafts: Draft[] = [];
  for (const { claimed, parts } of units) {
    const results = await Promise.allSettled(parts.map((part) => part.staged));
    const ready: Ready[] = [];
    for (const [index, result] of results.entries()) {
      const part = parts[index];
      if (part === undefined) continue;
      if (result.status === 'fulfilled') {
        const unreadable = refusalOf(policy, part.part.name, result.value);
        if (unreadable) failures.set(claimed, unreadable);
        else ready.push({ part, file: result.value });
      } else failures.set(claimed, toAppError(result.reason));
    }
    if (!failures.has(claimed) && ready.length !== claimed.parts.length) {
      const { title } = claimed.order.item;
      failures.set(claimed, new RefusedError('item.partMissing', { title }));
    }
    if (failures.has(claimed)) await Promise.all(parts.map((part) => part.abort()));
    drafts.push({ claimed, ready: failures.has(claimed) ? [] : ready });
  }
  return drafts;
}

/** Those of items that could not be copied for their mail are put off with their items. */
async function withoutFailed(
  context: RunContext,
  documents: readonly Document[],
  failures: Failures,
): Promise<Document[]> {
  for (const { claimed, destination, delivery } of documents) {
    if (!failures.has(claimed)) continue;
    await discardTemporaries(context, delivery);
    await discardFolder(context, delivery);
    destination.release(heldPaths(delivery));
  }
  return documents.filter((one) => !failures.has(one.claimed));
}

async function beginDelivery(
  context: RunContext,
  documents: readonly Document[],
  forwards: Forwards,
): Promise<void> {
  const deliveries = documents.map((one) => one.delivery);
  const mine = new Map([...forwards].filter(([delivery]) => deliveries.includes(delivery)));
  try {
    if (deliveries.length > 0) beginWithForwards(context, deliveries, mine);
  } catch (thrown) {
    // Its rows may be there at the next start, which would take files that are gone for delivered ones: it sweeps them itself.
    if (!context.store.ledger.isVoid(thrown)) throw thrown;
    await context.forwarding?.discard([...mine.values()]);
    // Nothing of it is in the ledger: the files would only be swept at the next start.
    for (const one of deliveries) {
      await discardTemporaries(context, one);
      await discardFolder(context, one);
    }
    throw thrown;
  }
}

async function publish(
  documents: readonly Document[],
  failures: Failures,
): Promise<Map<Delivery, Unpublished>> {
  const all = new Map<Delivery, Unpublished>();
  for (const destination of new Set(documents.map((one) => one.destination))) {
    const mine = documents.filter((one) => one.destination === destination);
    const deliveries = mine.map((one) => one.delivery);
    const unpublished = await publishDocuments(destination, deliveries);
    for (const { claimed, delivery } of mine) {
      const found = unpublished.get(delivery);
      if (found === undefined) continue;
      all.set(delivery, found);
      failures.set(claimed, passing(found.error));
    }
  }
  return all;
}

/** The folder that its files were built in; one that was renamed is no longer there. */
async function discardFolder(context: RunContext, delivery: Delivery): Promise<void> {
  if (delivery.bundle !== 'folder') return;
  const { bundles } = context.destinations.get(delivery.jobId) ?? {};
  await bundles?.discard(dirname(delivery.tempPath));
}

/** Some envelope whose documents have just gone in. */
const isNew = ({ order, parts }: ClaimedItem): boolean =>
  order.item.envelope !== undefined && parts.length > 0;

/** Somebody took the name in the moment between its choice and the rename: the next attempt chooses another. */
function passing(error: AppError): AppError {
  if (error.code !== 'name.taken') return error;
  return new TransientError(error.code, error.params, { cause: error });
}

type Outcome = {
  readonly delivered: readonly Document[];
  readonly failed: readonly Delivery[];
  readonly failures: Failures;
};

function endDelivery(context: RunContext, drafts: readonly Draft[], outcome: Outcome): void {
  const conclusions = drafts.map(({ claimed }) => {
    const failure = outcome.failures.get(claimed);
    if (failure === undefined) return successOf(context, claimed);
    return failureOf(context, claimed.claim, failure);
  });
  const delivered = outcome.delivered.map((one) => one.delivery);
  const at = context.clock.now().toISOString();
  // With it or not at all: a word that comes later may never come.
  context.store.atomically(() => {
    context.store.ledger.endDelivery(at, delivered, outcome.failed, conclusions);
    for (const { claimed } of drafts) {
      const isConcluded = claimed.rest.state === 'delivered' && !outcome.failures.has(claimed);
      if (isConcluded) tellFindings(context, claimed);
    }
  });
  context.checkpoint('ledger.delivered');
}

function report(
  context: RunContext,
  drafts: readonly Draft[],
  { delivered, failures }: Omit<Outcome, 'failed'>,
): void {
  for (const one of delivered) context.tally.document(one.delivery.sizeBytes);
  for (const { claimed } of drafts) {
    const failure = failures.get(claimed);
    if (failure !== undefined) {
      const { state } = failureOf(context, claimed.claim, failure);
      context.tally.item(state === 'quarantined' ? 'quarantined' : 'deferred');
      context.logger.log('warn', failure.code, { item: claimed.claim.id, state });
    } else {
      context.tally.item(claimed.rest.state);
      if (isNew(claimed)) tellDelivered(context, { claimed });
      const { key, version } = claimed.order.item;
      if (claimed.rest.state === 'delivered') context.known.add(key, version);
    }
  }
}
