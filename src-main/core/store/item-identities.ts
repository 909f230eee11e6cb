// The part of the ledger that knows an item again where its key has changed: a renamed file, a mailbox numbered anew.
import { z } from 'zod';
import type { ItemId, LauncherId } from '#contract/ids';
import type { SourceItem } from '../sources/source.ts';
import { inOneTransaction } from './in-one-transaction.ts';
import { SettleRow } from './ledger-rows.ts';
import type { Db } from './open-database.ts';

const SettleRows = z.array(SettleRow);

export function createItemIdentities(db: Db) {
  const inOne = inOneTransaction(db);
  const byFingerprint = db.prepare(
    `SELECT id, key, version, location, title FROM item
     WHERE launcher_id = ? AND fingerprint = ? AND location IS NOT NULL
       AND state <> 'gone' ORDER BY id`,
  );
  const anyFingerprint = db
    .prepare('SELECT 1 FROM item WHERE launcher_id = ? AND fingerprint = ? LIMIT 1')
    .pluck();
  const rekey = db.prepare(
    'UPDATE OR IGNORE item SET key = ?, version = ?, location = ?, changed_at = ? WHERE id = ?',
  );
  const retire = db.prepare(
    `UPDATE item SET key = '~' || id || '~' || key WHERE launcher_id = ? AND key NOT LIKE '~%~%'`,
  );

  return {
    sameFingerprint: (launcherId: LauncherId, fingerprint: string): SettleRow[] => {
      // Asked for every new item, and nearly always for nothing: that must cost next to nothing.
      if (anyFingerprint.get(launcherId, fingerprint) === undefined) return [];
      return SettleRows.parse(byFingerprint.all(launcherId, fingerprint));
    },
    /** The same thing under a new key (renamed file, new UIDVALIDITY). */
    rekey: inOne((at: string, renamed: readonly { id: ItemId; item: SourceItem }[]) => {
      for (const { id, item } of renamed) rekey.run(item.key, item.version, item.location, at, id);
    }),
    /** The launcher looks at another mailbox now: old UIDs mean nothing there; fingerprints still do. */
    retireKeys: (launcherId: LauncherId): void => {
      retire.run(launcherId);
    },
  };
}
