// What of a launcher need not be looked at again under a revision of its judgement; asked for one, or read slice by slice.
import type { LauncherId } from '#contract/ids';
import type { Db } from './open-database.ts';

// Refused for what it is (`envelope.…`): other settings may tell otherwise.
const CONCLUDED = `replay = 0 AND (state IN ('settled', 'delivered', 'delivering', 'dismissed')
  OR (state = 'quarantined' AND (revision = @revision OR reason IS NULL OR reason NOT LIKE '%"code":"envelope.%'))
  OR (state IN ('filtered', 'unrouted') AND revision = @revision))`;

export type ConcludedSlice = {
  readonly after: number;
  readonly rows: number;
  readonly see: (key: string, version: string) => void;
};

export function createConcludedItems(db: Db) {
  // Not `WHERE … AND CONCLUDED`: a slice would have no end where few are.
  const slice = db
    .prepare(
      `SELECT id, key, version, ${CONCLUDED} FROM item INDEXED BY item_by_launcher
       WHERE launcher_id = @launcherId AND id > @after ORDER BY id LIMIT @rows`,
    )
    .raw();
  const one = db
    .prepare(
      `SELECT 1 FROM item WHERE launcher_id = @launcherId AND key = @key AND version = @version AND ${CONCLUDED}`,
    )
    .pluck();
  const count = db.prepare('SELECT count(*) FROM item WHERE launcher_id = ?').pluck();
  return {
    /**
     * Calls back for each concluded one of the next `rows` items behind the item `after` (0: from the oldest on). Returns how
     * far it came; null = to the end.
     */
    concludedBehind: (
      launcherId: LauncherId,
      revision: string,
      { after, rows, see }: ConcludedSlice,
    ): number | null => {
      const found = slice.all({ launcherId, revision, after, rows });
      let last = after;
      for (const row of found) {
        const values: unknown[] = Array.isArray(row) ? row : [];
        const [id, key, version, isConcluded] = values;
        last = Number(id);
        if (isConcluded === 1) see(String(key), String(version));
      }
      return found.length < rows ? null : last;
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
