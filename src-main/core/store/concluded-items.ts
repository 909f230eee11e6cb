// What of a launcher need not be looked at again under a revision of its judgement; asked for one, or read in one pass.
import type { LauncherId } from '#contract/ids';
import type { Db } from './open-database.ts';

// Refused for what it is (`envelope.…`): other settings may tell otherwise.
const CONCLUDED = `replay = 0 AND (state IN ('settled', 'delivered', 'delivering', 'dismissed')
  OR (state = 'quarantined' AND (revision = @revision OR reason IS NULL OR reason NOT LIKE '%"code":"envelope.%'))
  OR (state IN ('filtered', 'unrouted') AND revision = @revision))`;

export function createConcludedItems(db: Db) {
  const each = db.prepare(
    `SELECT key, version FROM item WHERE launcher_id = @launcherId AND ${CONCLUDED} ORDER BY id`,
  );
  const one = db
    .prepare(
      `SELECT 1 FROM item WHERE launcher_id = @launcherId AND key = @key AND version = @version AND ${CONCLUDED}`,
    )
    .pluck();
  const count = db.prepare('SELECT count(*) FROM item WHERE launcher_id = ?').pluck();
  return {
    /** Calls back for each concluded item, oldest first. */
    eachConcluded: (
      launcherId: LauncherId,
      revision: string,
      see: (key: string, version: string) => void,
    ): void => {
      for (const row of each.raw().iterate({ launcherId, revision })) {
        const values: unknown[] = Array.isArray(row) ? row : [];
        const [key, version] = values;
        if (typeof key === 'string' && typeof version === 'string') see(key, version);
      }
    },
    isConcluded: (
      launcherId: LauncherId,
      revision: string,
      item: { readonly key: string; readonly version: string },
    ): boolean => {
      const { key, version } = item;
      return one.get({ launcherId, revision, key, version }) !== undefined;
    },
    /** Items of this launcher in any state. */
    itemCount: (launcherId: LauncherId): number => Number(count.get(launcherId)),
  };
}
