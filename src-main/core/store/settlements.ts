// The part of the ledger that knows what is still to be done at the source of delivered items.
import { z } from 'zod';
import type { ErrorBody } from '#contract/error-codes';
import type { ItemId, LauncherId } from '#contract/ids';
import { inOneTransaction, withoutFlush } from './in-one-transaction.ts';
import { OPEN, SettleRow } from './ledger-rows.ts';
import type { Db } from './open-database.ts';

const SettleRows = z.array(SettleRow);

/** Asked for again while its fate was carried out: it is still to come, from where it lies now. */
const AGAIN = `replay = 1 AND state = 'deferred'`;

export function createSettlements(db: Db) {
  const inOne = inOneTransaction(db);
  const selectDue = db.prepare(
    `SELECT id, key, version, location, title FROM item
     WHERE launcher_id = @launcherId AND state = 'delivered' AND ${OPEN}
       AND (settle_due_at <= @now OR (changed_at > @now AND reason IS NOT NULL)) ORDER BY id LIMIT 5000`,
  );
  const settled = db.prepare(
    `UPDATE item SET state = CASE WHEN ${AGAIN} THEN state ELSE 'settled' END, location = ?, settle_due_at = NULL,
       reason = NULL, changed_at = ? WHERE id = ?`,
  );
  const settleLater = db.prepare(
    `UPDATE item SET settle_due_at = ?, reason = ?, changed_at = ? WHERE id = ? AND NOT (${AGAIN})`,
  );
  const allSettled = inOne(
    (at: string, done: readonly { id: ItemId; location: string | null }[]) => {
      for (const one of done) settled.run(one.location, at, one.id);
    },
  );
  return {
    /**
     * At most some thousands at a time. One that has failed (it has a reason) under a clock that has been set back since is due
     * as well; the days of grace of the others are not cut short by that.
     */
    dueSettlements: (launcherId: LauncherId, now: string): SettleRow[] =>
      SettleRows.parse(selectDue.all({ launcherId, now })),
    /** After a power cut that took it back, the next run finds at the source that it is done. */
    settled: (at: string, done: readonly { id: ItemId; location: string | null }[]): void => {
      withoutFlush(db, () => {
        allSettled(at, done);
      });
    },
    settleLater: inOne(
      (at: string, late: readonly { id: ItemId; dueAt: string | null; reason: ErrorBody }[]) => {
        for (const one of late) {
          settleLater.run(one.dueAt, JSON.stringify(one.reason), at, one.id);
        }
      },
    ),
  };
}
