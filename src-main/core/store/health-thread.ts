// A thread of its own that reads a whole database and says whether it is sound; opened for reading beside the
// program's own connection. Table by table, so that it can be told to stop.
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { z } from 'zod';

const Order = z.object({ file: z.string(), stop: z.instanceof(SharedArrayBuffer) });

const { file, stop } = Order.parse(workerData);
const isStopped = (): boolean => Atomics.load(new Int32Array(stop), 0) === 1;
const db = new Database(file, { readonly: true, fileMustExist: true });
try {
  parentPort?.postMessage(firstDamage(db));
} finally {
  db.close();
}

/** Empty = sound, as far as it was read. */
function firstDamage(database: Database.Database): string {
  const tables = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .pluck()
    .all();
  try {
    for (const table of z.array(z.string()).parse(tables)) {
      if (isStopped()) return '';
      const found = database.pragma(`quick_check('${table.replaceAll("'", "''")}')`, {
        simple: true,
      });
      if (found !== 'ok') return `${table}: ${String(found)}`;
    }
    return '';
  } catch (thrown) {
    // SQLITE_CORRUPT may come as an error as well as in words.
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
