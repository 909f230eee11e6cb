// A method of a repository as one transaction, which is on the disk when it returns; or, where that does not matter, a little later.
import type { Db } from './open-database.ts';

/** Begins with the right to write: a transaction that reads first could be refused it in the middle. */
export const inOneTransaction =
  (db: Db) =>
  <A extends unknown[], R>(work: (...args: A) => R) => {
    const run = db.transaction(work);
    return (...args: A): R => run.immediate(...args);
  };

/** Survives the end of the program at once, a power cut only with the next flushed commit. */
export function withoutFlush<T>(db: Db, work: () => T): T {
  // Not `pragma`, which makes a statement each time.
  db.exec('PRAGMA synchronous = NORMAL');
  try {
    return work();
  } finally {
    db.exec('PRAGMA synchronous = FULL');
  }
}
