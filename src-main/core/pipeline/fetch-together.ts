// Claims items, has the source stream them in one fetch, and accounts for each, however the fetch ended: delivered,
// failed, given back. An item that breaks every connection is found out; those around it are not blamed.
import { type AppError, toAppError, toErrorBody, TransientError } from '../errors.ts';
import type { FetchOrder, Source } from '../sources/source.ts';
import { deliverGroup } from './deliver-group.ts';
import { failureOf, untouched } from './failure.ts';
import type { Plan } from './plan.ts';
import { type RunContext, stampOf } from './run-context.ts';
import { policyOf, watchProtection } from './protection.ts';
import { chooseParts, rejectRead } from './read-items.ts';
import { createRunIntake, type Unanswered } from './run-intake.ts';
import type { ClaimedItem } from './unit.ts';

export type TakePlan = Extract<Plan, { kind: 'take' }>;

/** Throws what broke the fetch, after everything that was handed over whole is delivered. */
export async function fetchTogether(
  context: RunContext,
  source: Source,
  plans: readonly TakePlan[],
): Promise<void> {
  if (plans.length === 0) return;
  if (source.handsOverFiles === true) {
    const destinations = [...context.destinations.values()];
    const folders = destinations.map(({ job }) => job.destination.path);
    await context.stager.makeReady?.(plans.length, folders);
  }
  const claimed = claim(context, plans);
  const read: Parameters<typeof context.store.ledger.retitle>[0][number][] = [];
  const intake = createRunIntake({
    stager: context.stager,
    destinations: context.destinations,
    signal: context.signal,
    ...(policyOf(context.launcher) === null ? {} : { watch: watchProtection(context.signal) }),
    claimed,
    choose: async (one, found) => {
      const chosen = await chooseParts(context, one, found);
      read.push({ id: one.claim.id, ...chosen.order.item });
      return chosen;
    },
    deliver: (units) => deliverGroup(context, units),
    fail: (one, error) => {
      failItem(context, one, error);
    },
  });
  let broken: AppError | undefined;
  try {
    await source.fetch([...claimed.keys()], intake, context.signal);
  } catch (thrown) {
    broken = toAppError(thrown);
  }
  const unanswered = await intake.end();
  if (read.length > 0) context.store.ledger.retitle(read);
  // That documents cannot be delivered is worse than a lost connection.
  broken = unanswered.failure ?? broken;
  giveBack(context, unanswered, broken);
  if (unanswered.rejected.length > 0) {
    const isConnected = broken === undefined;
    await rejectRead(context, isConnected ? source : null, unanswered.rejected);
  }
  if (broken !== undefined) throw broken;
}

function claim(context: RunContext, plans: readonly TakePlan[]): Map<FetchOrder, ClaimedItem> {
  const items = plans.map((plan) => plan.item);
  const claims = context.store.ledger.claim(stampOf(context), context.revision, items);
  context.checkpoint('ledger.claimed');
  const claimed = new Map<FetchOrder, ClaimedItem>();
  for (const [index, plan] of plans.entries()) {
    const own = claims[index];
    if (own === undefined) continue;
    const order = { item: plan.item, parts: plan.take.map((part) => part.offer) };
    claimed.set(order, { order, claim: own, parts: plan.take, rest: plan.rest });
  }
  return claimed;
}

function failItem(context: RunContext, one: ClaimedItem, error: AppError): void {
  const conclusion = failureOf(context, one.claim, error);
  context.store.ledger.conclude(context.clock.now().toISOString(), [conclusion]);
  context.tally.item(conclusion.state === 'quarantined' ? 'quarantined' : 'deferred');
  context.logger.log('warn', error.code, { item: one.claim.id, state: conclusion.state });
}

function giveBack(context: RunContext, left: Unanswered, broken: AppError | undefined): void {
  const reason = broken ?? new TransientError('source.unanswered');
  const blamed = suspects(left, broken);
  const free = [...left.begun, ...left.untouched].filter((one) => !blamed.includes(one));
  if (free.length > 0) {
    const back = free.map((one) => untouched(one.claim, toErrorBody(reason)));
    context.store.ledger.conclude(context.clock.now().toISOString(), back);
    context.tally.item('deferred', free.length);
  }
  for (const one of blamed) failItem(context, one, asTransient(reason));
}

/** Those that an attempt is counted for. */
function suspects(left: Unanswered, broken: AppError | undefined): readonly ClaimedItem[] {
  // The source thinks it is done: what it did not answer it never will.
  if (broken === undefined) return [...left.begun, ...left.untouched];
  if (broken.kind === 'cancelled' || broken.kind === 'auth' || broken.kind === 'config') return [];
  if (left.failure !== undefined) return [];
  if (left.begun.length > 0 || broken.retryAfterSeconds !== undefined) return left.begun;
  // Not one answer: if a mail breaks the connection before its first byte comes, it is the one at the front.
  return left.fruitless ? left.untouched.slice(0, 1) : [];
}

/** A lost connection is never the item's own fault until it has happened too often. */
function asTransient(error: AppError): AppError {
  const { code, params, retryAfterSeconds } = error;
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new TransientError(code, params, { cause: error, ...wait });
}
