// How an item ends whose documents are delivered: settled at once where nothing is to be done at its source.
import type { Conclusion } from '../store/ledger-repo.ts';
import type { RunContext } from './run-context.ts';
import type { ClaimedItem } from './unit.ts';

const DAY_MS = 86_400_000;

/** What could not go yet (`rest`) keeps the source untouched. */
export function successOf(
  context: Pick<RunContext, 'settlePlan' | 'clock'>,
  claimed: Pick<ClaimedItem, 'rest'> & { readonly claim: Pick<ClaimedItem['claim'], 'id'> },
): Conclusion {
  const { id } = claimed.claim;
  const { state, reason } = claimed.rest;
  if (state !== 'delivered') return { id, state, reason, nextTryAt: null, settleDueAt: null };
  const plan = context.settlePlan('delivered');
  if (plan.when === 'never') {
    return { id, state: 'settled', reason: null, nextTryAt: null, settleDueAt: null };
  }
  const days = plan.when === 'later' ? plan.days : 0;
  const dueAt = new Date(context.clock.now().getTime() + days * DAY_MS).toISOString();
  return { id, state: 'delivered', reason: null, nextTryAt: null, settleDueAt: dueAt };
}
