// What of a launcher need not be looked at again under a revision of its judgement; read in one pass, never as a whole.
import type { LauncherId } from '#contract/ids';
import type { Db } from './open-database.ts';

export type EachConcluded = (
  launcherId: LauncherId,
  revision: string,
  see: (key: string, version: string) => void,
) => void;

export function createEachConcluded(db: Db): EachConcluded {
  // Refused for what it is (`envelope.…`): other settings may tell otherwise.
  const concluded = db.prepare(
    `SELECT key, version FROM item WHERE launcher_id = @launcherId AND replay = 0
       AND (state IN ('settled', 'delivered', 'delivering', 'dismissed')
         OR (state = 'quarantined' AND (revision = @revision OR reason IS NULL OR reason NOT LIKE '%"code":"envelope.%'))
         OR (state IN ('filtered', 'unrouted') AND revision = @revision)) ORDER BY id`,
  );
  return (launcherId, revision, see) => {
    for (const row of concluded.raw().iterate({ launcherId, revision })) {
      const values: unknown[] = Array.isArray(row) ? row : [];
      const [key, version] = values;
      if (typeof key === 'string' && typeof version === 'string') see(key, version);
    }
  };
}
