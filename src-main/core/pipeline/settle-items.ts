// Settles the source: only for items whose documents are in the ledger as delivered. What cannot be settled now is
// tried again at every run, for as long as it takes; the documents are safe meanwhile.
import { toErrorBody } from '../errors.ts';
import type { SettleOrder, SettleOutcome, Source } from '../sources/source.ts';
import type { SettleRow } from '../store/ledger-rows.ts';
import { nextTryAt } from './retry-policy.ts';
import type { RunContext } from './run-context.ts';

/**
 * What could not be settled keeps its reason in the ledger. What is no longer at its place is concluded only once the source
 * `isListed`: renamed, or in a mailbox numbered anew, it would come back as another item and be delivered again.
 */
export async function settleDelivered(
  context: RunContext,
  source: Source,
  { isListed }: { readonly isListed: boolean },
): Promise<void> {
  const { ledger } = context.store;
  for (;;) {
    const now = context.clock.now().toISOString();
    const rows = ledger.dueSettlements(context.launcher.id, now);
    if (rows.length === 0) return;
    const outcomes = await source.settle(rows.map(orderOf), context.signal);
    const done: { id: SettleRow['id']; location: string | null }[] = [];
    const late: Parameters<typeof ledger.settleLater>[1][number][] = [];
    for (const [index, row] of rows.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined || (isGone(outcome) && !isListed)) continue;
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
    if (done.length + late.length === 0) return;
    const at = context.clock.now().toISOString();
    if (done.length > 0) ledger.settled(at, done);
    if (late.length > 0) ledger.settleLater(at, late);
    context.checkpoint('ledger.settled');
    context.tally.settled(done.length);
  }
}

const isGone = (outcome: SettleOutcome): boolean =>
  outcome.ok ? outcome.vanished === true : outcome.error.kind === 'gone';

const orderOf = (row: SettleRow): SettleOrder => ({
  key: row.key,
  version: row.version,
  location: row.location ?? '',
  as: 'delivered',
});
