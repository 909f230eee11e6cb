// Settles the source: only for items whose documents are in the ledger as delivered. What cannot be settled now is
// tried again at every run, for as long as it takes; the documents are safe meanwhile.
import type { ItemId } from '#contract/ids';
import { toErrorBody } from '../errors.ts';
import type { SettleOrder, SettleOutcome, Source } from '../sources/source.ts';
import type { SettleRow } from '../store/ledger-rows.ts';
import { nextTryAt } from './retry-policy.ts';
import type { RunContext } from './run-context.ts';

type SettleOptions = {
  readonly isListed: boolean;
  /** Told which items are being settled, from before the source is asked until the ledger knows. */
  readonly underWay?: Set<ItemId>;
};

/**
 * What could not be settled keeps its reason in the ledger. What is no longer at its place is concluded only once the source
 * `isListed`: renamed, or in a mailbox numbered anew, it would come back as another item and be delivered again.
 */
export async function settleDelivered(
  context: RunContext,
  source: Source,
  { isListed, underWay = new Set() }: SettleOptions,
): Promise<void> {
  for (;;) {
    const now = context.clock.now().toISOString();
    const rows = context.store.ledger.dueSettlements(context.launcher.id, now);
    if (rows.length === 0) return;
    for (const { id } of rows) underWay.add(id);
    try {
      const outcomes = await source.settle(rows.map(orderOf), context.signal);
      if (!book(context, rows, { outcomes, isListed })) return;
    } finally {
      for (const { id } of rows) underWay.delete(id);
    }
  }
}

/** False where there is nothing to tell the ledger: it would only be asked the same again. */
function book(
  context: RunContext,
  rows: readonly SettleRow[],
  told: { readonly outcomes: readonly SettleOutcome[]; readonly isListed: boolean },
): boolean {
  const { ledger } = context.store;
  const done: { id: SettleRow['id']; location: string | null }[] = [];
  const late: Parameters<typeof ledger.settleLater>[1][number][] = [];
  for (const [index, row] of rows.entries()) {
    const outcome = told.outcomes[index];
    if (outcome === undefined || (isGone(outcome) && !told.isListed)) continue;
    if (outcome.ok) {
      done.push({ id: row.id, location: outcome.location });
    } else if (outcome.error.kind === 'gone') {
      // Somebody moved or changed it: nothing is left for us to settle.
      done.push({ id: row.id, location: null });
    } else {
      const dueAt = nextTryAt(context.clock.now(), 1, outcome.error.retryAfterSeconds);
      late.push({ id: row.id, dueAt, reason: toErrorBody(outcome.error) });
    }
  }
  if (done.length + late.length === 0) return false;
  const at = context.clock.now().toISOString();
  if (done.length > 0) ledger.settled(at, done);
  if (late.length > 0) ledger.settleLater(at, late);
  context.checkpoint('ledger.settled');
  context.tally.settled(done.length);
  return true;
}

const isGone = (outcome: SettleOutcome): boolean =>
  outcome.ok ? outcome.vanished === true : outcome.error.kind === 'gone';

const orderOf = (row: SettleRow): SettleOrder => ({
  key: row.key,
  version: row.version,
  location: row.location ?? '',
  as: 'delivered',
});
