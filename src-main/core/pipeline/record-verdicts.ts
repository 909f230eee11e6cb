// Writes down what was judged without fetching: new keys, verdicts, ends that were missing; and counts it.
import { ErrorBody } from '#contract/error-codes';
import { type AppError, toErrorBody } from '../errors.ts';
import type { Source, SourceItem } from '../sources/source.ts';
import type { Verdict } from '../store/ledger-repo.ts';
import type { BatchContext, BatchResult } from './collect-batch.ts';
import type { Plan } from './plan.ts';
import { stampOf } from './run-context.ts';
import { tellRepeated } from './tell-envelope.ts';
import { successOf } from './success.ts';

type VerdictPlan = Extract<Plan, { kind: 'verdict' }>;

export async function recordVerdicts(
  context: BatchContext,
  source: Source,
  plans: readonly Plan[],
): Promise<Omit<BatchResult, 'isCut'>> {
  rekey(context, plans);
  for (const { kind, item } of plans) {
    if (kind === 'known') {
      context.tally.item('known');
      context.known.add(item.key, item.version);
    } else if (kind === 'waiting') context.tally.item('deferred');
  }
  finish(context, plans);
  bookRepeated(context, plans);
  const judged = plans.filter((plan) => plan.kind === 'verdict');
  const { verdicts, trouble } = await carryOutRejection(context, source, judged);
  const fresh = verdicts.filter(({ verdict, row }) => !isUnchanged(verdict, row));
  if (fresh.length > 0) {
    const { ledger } = context.store;
    const rows = fresh.map(({ verdict }) => verdict);
    ledger.record(stampOf(context), context.revision, rows);
    context.checkpoint('ledger.verdicts');
  }
  return { unready: count(context, verdicts), trouble };
}

/** Before anything is written for these items: it is to be written to the rows they have. */
function rekey(context: BatchContext, plans: readonly Plan[]): void {
  const renamed = plans.flatMap(({ item, row, renamed: is }) =>
    is && row !== undefined ? [{ id: row.id, item }] : [],
  );
  if (renamed.length === 0) return;
  context.store.ledger.rekey(context.clock.now().toISOString(), renamed);
  // Another document may come under the key that this one had.
  context.known.renew();
}

function finish(context: BatchContext, plans: readonly Plan[]): void {
  const finished = plans.filter((plan) => plan.kind === 'finish');
  if (finished.length === 0) return;
  const conclusions = finished.map(({ id, rest }) => successOf(context, { claim: { id }, rest }));
  context.store.ledger.conclude(context.clock.now().toISOString(), conclusions);
  context.checkpoint('ledger.verdicts');
  for (const { item, rest } of finished) {
    context.tally.item(rest.state);
    if (rest.state === 'delivered') context.known.add(item.key, item.version);
  }
}

/** Delivered before, as another item: this copy gets a row of its own, and the fate of the delivered. */
function bookRepeated(context: BatchContext, plans: readonly Plan[]): void {
  const repeated = plans.filter((plan) => plan.kind === 'repeated');
  if (repeated.length === 0) return;
  const { ledger } = context.store;
  const items = repeated.map(({ item }) => item);
  const claims = ledger.claim(stampOf(context), context.revision, items);
  context.checkpoint('ledger.claimed');
  const rest = { state: 'delivered', reason: null } as const;
  const conclusions = claims.map((claim) => successOf(context, { claim, rest }));
  ledger.conclude(context.clock.now().toISOString(), conclusions);
  context.checkpoint('ledger.verdicts');
  for (const [index, { item, of }] of repeated.entries()) {
    context.tally.item('known');
    context.known.add(item.key, item.version);
    const id = claims[index]?.id;
    tellRepeated(context, { title: item.title, of, ...(id === undefined ? {} : { id }) });
  }
}

/** The fate of the rejected comes before the verdict is written: cut in between, the item is simply no longer there. */
async function carryOutRejection(
  context: BatchContext,
  source: Source,
  plans: readonly VerdictPlan[],
): Promise<{ verdicts: readonly VerdictPlan[]; trouble: AppError | undefined }> {
  const rejected = plans.filter(({ verdict }) => verdict.state === 'filtered');
  const isLeft = context.settlePlan('rejected').when === 'never';
  if (isLeft || rejected.length === 0) return { verdicts: plans, trouble: undefined };
  const orders = rejected.map(({ item }) => ({
    key: item.key,
    version: item.version,
    location: item.location,
    as: 'rejected' as const,
  }));
  const outcomes = await source.settle(orders, context.signal);
  let trouble: AppError | undefined;
  const verdicts = plans.map((plan): VerdictPlan => {
    const outcome = outcomes[rejected.indexOf(plan)];
    if (outcome === undefined || outcome.ok || outcome.error.kind === 'gone') return plan;
    trouble ??= outcome.error;
    const reason = toErrorBody(outcome.error);
    return { ...plan, verdict: { ...plan.verdict, state: 'deferred', reason } };
  });
  return { verdicts, trouble };
}

/** Put off for the same reason as at the last look: nothing that the disk would have to hear of. */
function isUnchanged(verdict: Verdict, row: Plan['row']): boolean {
  return (
    verdict.state === 'deferred' &&
    row?.state === 'deferred' &&
    row.observation === verdict.observation &&
    codeOf(row.reason) === verdict.reason.code
  );
}

function codeOf(reason: string | null): string | undefined {
  return reason === null ? undefined : ErrorBody.parse(JSON.parse(reason)).code;
}

function count(context: BatchContext, plans: readonly VerdictPlan[]): SourceItem[] {
  const unready: SourceItem[] = [];
  for (const { verdict, item } of plans) {
    if (context.waits && !item.readiness.ready) unready.push(item);
    else context.tally.item(verdict.state);
    if (verdict.state !== 'deferred') context.known.add(item.key, item.version);
  }
  return unready;
}
