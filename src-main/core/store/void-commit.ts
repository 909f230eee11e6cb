// Whether a transaction that failed can be counted on not to have been. One whose flush failed lies in the write-ahead log all
// the same, whole and with its checksums: SQLite says it failed, writes the next one over it, and, where the program dies
// before that, takes it for committed at the next start (sqlite.org/fileformat2.html, 4.4).
import { storeFailure } from './store-failure.ts';
import type { Db } from './open-database.ts';

export function createVoidCommit(db: Db) {
  const touch = db.prepare(
    `INSERT INTO meta (key, value) VALUES ('voided', '') ON CONFLICT (key) DO UPDATE SET value = ''`,
  );
  return {
    /**
     * Told what a transaction threw: true where it never comes back, false where it may. What it says is on the disk then
     * must be left as it would have to be if it did.
     */
    isVoid: (thrown: unknown): boolean => {
      if (storeFailure(thrown) !== 'store.failing') return true;
      try {
        // Written over it, and flushed: the checksums of what is left of it fit no more.
        touch.run();
        return true;
      } catch {
        // The disk goes on failing, as whoever asked is about to say.
        return false;
      }
    },
  };
}
