// One batch of a listing from judgement to delivery: verdicts to the ledger, wanted items claimed, fetched, delivered.
import type { AppError } from '../errors.ts';
import type { Source, SourceItem } from '../sources/source.ts';
import type { Budget } from './budget.ts';
import { fetchTogether, type TakePlan } from './fetch-together.ts';
import type { Plan, PlanContext } from './plan.ts';
import { planItems } from './plan-items.ts';
import { recordVerdicts } from './record-verdicts.ts';
import type { RunContext } from './run-context.ts';

export type BatchContext = RunContext &
  Pick<PlanContext, 'stillThere'> & {
    readonly budget: Budget;
    /** A second look follows: items that are not ready yet are counted there. */
    readonly waits: boolean;
  };

export type BatchResult = {
  /** Not ready, and because of `waits` not counted yet. */
  readonly unready: readonly SourceItem[];
  /** Wanted items are left over, for the run may fetch no more: the next one goes on here. */
  readonly isCut: boolean;
  /** A rejected item that could not be put away. */
  readonly trouble: AppError | undefined;
};

/** Throws what ends the run (connection lost, filter at fault); one item's failure is in the ledger, not thrown. */
export async function collectBatch(
  context: BatchContext,
  source: Source,
  items: readonly SourceItem[],
): Promise<BatchResult> {
  const plans = await planItems(context, items);
  const wanted = plans.filter(isTake);
  const takes = wanted.slice(0, context.budget.take(wanted.length));
  const left = new Set<Plan>(wanted.slice(takes.length));
  const recorded = await recordVerdicts(
    context,
    source,
    plans.filter((plan) => !left.has(plan)),
  );
  await fetchTogether(
    context,
    source,
    takes.filter((plan) => cutsOf(plan) < CUTS_TO_BE_ALONE),
  );
  const suspects = takes.filter((plan) => cutsOf(plan) >= CUTS_TO_BE_ALONE);
  for (const plan of suspects.sort((a, b) => cutsOf(a) - cutsOf(b))) {
    await fetchTogether(context, source, [plan]);
  }
  return { ...recorded, isCut: left.size > 0 };
}

/** Being fetched twice when the program died: the third time shows which of them it was. */
const CUTS_TO_BE_ALONE = 2;

const cutsOf = ({ row }: Plan): number => (row?.state === 'fetching' ? row.attempts : 0);

const isTake = (plan: Plan): plan is TakePlan => plan.kind === 'take';
