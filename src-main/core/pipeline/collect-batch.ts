// One batch of a listing from judgement to delivery: verdicts to the ledger, wanted items claimed, fetched, delivered.
import { type AppError, TransientError, toAppError, toErrorBody } from '../errors.ts';
import type { FetchOrder, Source, SourceItem } from '../sources/source.ts';
import type { Conclusion, Verdict } from '../store/ledger-repo.ts';
import { deliverGroup, successOf } from './deliver-group.ts';
import { failureOf } from './failure.ts';
import { type Plan, planItems, type PlanContext } from './plan-items.ts';
import { type RunContext, stampOf } from './run-context.ts';
import { createRunIntake, type RunIntake } from './run-intake.ts';
import type { ClaimedItem } from './unit.ts';

/**
 * Throws what ends the run (connection lost, filter at fault); one item's failure is in the ledger, not thrown.
 * Returns the items that are not ready and, because a second look follows (`waits`), were not counted yet.
 */
export async function collectBatch(
  context: RunContext & Pick<PlanContext, 'room' | 'stillThere'>,
  source: Source,
  items: readonly SourceItem[],
  waits: boolean,
): Promise<readonly SourceItem[]> {
  const plans = await planItems(context, items);
  const unready = await recordVerdicts(context, source, plans, waits);
  const claimed = claim(context, plans);
  if (claimed.size === 0) return unready;
  const intake = createRunIntake({
    stager: context.stager,
    destinations: context.destinations,
    claimed,
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
  // What was handed over whole is delivered, however the connection ended.
  await intake.flush();
  giveBack(context, intake, broken);
  if (broken !== undefined) throw broken;
  return unready;
}

async function recordVerdicts(
  context: RunContext,
  source: Source,
  plans: readonly Plan[],
  waits: boolean,
): Promise<SourceItem[]> {
  const { ledger } = context.store;
  const verdicts: Verdict[] = [];
  const finished: Conclusion[] = [];
  for (const plan of plans) {
    if (plan.kind === 'known') context.tally.item('known');
    else if (plan.kind === 'waiting') context.tally.item('deferred');
    else if (plan.kind === 'verdict') verdicts.push(plan.verdict);
    else if (plan.kind === 'renamed') {
      ledger.rekey(context.clock.now().toISOString(), plan.row, plan.item);
      context.known.add(plan.item.key, plan.item.version);
      context.tally.item('known');
    } else if (plan.kind === 'finish') {
      const { row, rest } = plan;
      const done = successOf(context, { claim: row, rest });
      finished.push(done);
      context.tally.item(rest.state);
      if (rest.state === 'delivered') context.known.add(plan.item.key, plan.item.version);
    }
  }
  const final = await carryOutRejection(context, source, verdicts);
  if (final.length > 0) ledger.record(stampOf(context), context.revision, final);
  if (finished.length > 0) ledger.conclude(context.clock.now().toISOString(), finished);
  if (final.length + finished.length > 0) context.checkpoint('ledger.verdicts');
  const unready: SourceItem[] = [];
  for (const { state, item } of final) {
    if (waits && !item.readiness.ready) unready.push(item);
    else context.tally.item(state);
    if (state !== 'deferred') context.known.add(item.key, item.version);
  }
  return unready;
}

/** The fate of the rejected comes before the verdict is written: cut in between, the item is simply no longer there. */
async function carryOutRejection(
  context: RunContext,
  source: Source,
  verdicts: readonly Verdict[],
): Promise<Verdict[]> {
  if (context.settlePlan('rejected').when === 'never') return [...verdicts];
  const rejected = verdicts.filter((one) => one.state === 'filtered');
  const orders = rejected.map(({ item }) => ({
    key: item.key,
    version: item.version,
    location: item.location,
    as: 'rejected' as const,
  }));
  const outcomes = orders.length === 0 ? [] : await source.settle(orders, context.signal);
  return verdicts.map((one): Verdict => {
    const outcome = outcomes[rejected.indexOf(one)];
    if (outcome === undefined || outcome.ok) return one;
    return { ...one, state: 'deferred', reason: toErrorBody(outcome.error) };
  });
}

function claim(context: RunContext, plans: readonly Plan[]): Map<FetchOrder, ClaimedItem> {
  const taken = plans.filter((plan) => plan.kind === 'take');
  const claimed = new Map<FetchOrder, ClaimedItem>();
  if (taken.length === 0) return claimed;
  const items = taken.map((plan) => plan.item);
  const claims = context.store.ledger.claim(stampOf(context), context.revision, items);
  context.checkpoint('ledger.claimed');
  for (const [index, plan] of taken.entries()) {
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

/** An order the source never answered: begun ones keep their attempt, so that one that breaks every connection is found out. */
function giveBack(context: RunContext, intake: RunIntake, broken: AppError | undefined): void {
  const { begun, untouched } = intake.unanswered();
  const at = context.clock.now().toISOString();
  const reason = broken ?? new TransientError('source.unanswered');
  const cancelled = reason.kind === 'cancelled';
  const back = cancelled ? [...begun, ...untouched] : untouched;
  context.store.ledger.unclaim(
    at,
    toErrorBody(reason),
    back.map((one) => one.claim.id),
  );
  context.tally.item('deferred', back.length);
  if (cancelled) return;
  for (const one of begun) failItem(context, one, asTransient(reason));
}

/** A lost connection is never the item's own fault until it has happened too often. */
const asTransient = (error: AppError): AppError =>
  error.kind === 'refused' ? error : new TransientError(error.code, error.params, { cause: error });
