// What keeps the database from writing and is no bug: the disk of the data folder, another program at it, its rights. Pure.

/** By the beginning of SQLite's code, which may go on (`SQLITE_IOERR_WRITE`). */
const FAILURES = [
  ['SQLITE_FULL', 'store.full'],
  ['SQLITE_READONLY', 'store.readOnly'],
  ['SQLITE_CANTOPEN', 'store.readOnly'],
  ['SQLITE_BUSY', 'store.busy'],
  ['SQLITE_IOERR', 'store.failing'],
] as const;

/** Code of the error to tell; undefined where the database did not throw it, or it should not have come to that. */
export function storeFailure(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  const { code } = thrown;
  if (typeof code !== 'string') return undefined;
  return FAILURES.find(([start]) => code.startsWith(start))?.[1];
}
