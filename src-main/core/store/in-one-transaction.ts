// A method of a repository as one transaction, which is on the disk when it returns.
import type { Db } from './open-database.ts';

/** Begins with the right to write: a transaction that reads first could be refused it in the middle. */
export const inOneTransaction =
  (db: Db) =>
  <A extends unknown[], R>(work: (...args: A) => R) => {
    const run = db.transaction(work);
    return (...args: A): R => run.immediate(...args);
  };
