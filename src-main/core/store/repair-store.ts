// The way out of a damaged database: it is moved aside, never deleted, and replaced by the newest backup, or by
// what can still be read of it. What the ledger lost may be delivered a second time; the caller says so.
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import Database from 'better-sqlite3';
import { z } from 'zod';
import type { Clock, Logger } from '../ports.ts';
import { latestBackup } from './backup.ts';
import { acquireInstanceLock } from './instance-lock.ts';
import { migrate } from './migrate.ts';
import { databaseFile, type Db } from './open-database.ts';

export type Repair = {
  /** Where the damaged file was put. */
  readonly kept: string;
  readonly from: 'backup' | 'salvage';
  /** Rows in the new database that came from the old one or its backup. */
  readonly rows: number;
};

/** In this order: what a row refers to comes before it. */
const TABLES = [
  'meta',
  'job',
  'account',
  'launcher',
  'run',
  'item',
  'document',
  'journal',
] as const;

/** Throws ConfigError `store.inUse`. */
export function repairStore(options: {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): Repair {
  const { dataDir, clock, logger } = options;
  const lock = acquireInstanceLock(dataDir, clock);
  try {
    const file = databaseFile(dataDir);
    const kept = `${file}.damaged-${clock.now().toISOString().replace(/[:.]/g, '-')}`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(file + suffix)) renameSync(file + suffix, kept + suffix);
    }
    const backup = latestBackup(dataDir);
    if (backup !== undefined) copyFileSync(backup, file);
    const db = new Database(file);
    try {
      migrate(db, logger);
      const rows = backup === undefined ? salvage(db, kept, logger) : countRows(db);
      return { kept, from: backup === undefined ? 'salvage' : 'backup', rows };
    } finally {
      db.close();
    }
  } finally {
    lock.release();
  }
}

/** Row by row, so that one unreadable page costs its own rows and no others. */
function salvage(db: Db, damaged: string, logger: Logger): number {
  let old: Db;
  try {
    old = new Database(damaged, { readonly: true });
  } catch {
    // Not even a header: there is nothing to read, and the file is kept for whoever wants to try.
    return 0;
  }
  let rows = 0;
  for (const table of TABLES) {
    try {
      rows += copyTable(old, db, table);
    } catch (thrown) {
      logger.log('warn', 'store.salvageCut', { table, message: String(thrown) });
    }
  }
  old.close();
  return rows;
}

function copyTable(old: Db, db: Db, table: string): number {
  const columns = z
    .array(z.object({ name: z.string() }))
    .parse(db.pragma(`table_info(${table})`))
    .map((column) => column.name);
  const names = columns.join(', ');
  const insert = db.prepare(
    `INSERT OR IGNORE INTO ${table} (${names}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  let copied = 0;
  for (const row of old.prepare(`SELECT ${names} FROM ${table}`).raw().iterate()) {
    const values: unknown[] = Array.isArray(row) ? row : [];
    try {
      copied += insert.run(...values).changes;
    } catch {
      // It refers to a row that was lost: without it this one means nothing.
    }
  }
  return copied;
}

function countRows(db: Db): number {
  const count = (table: string): number =>
    z.number().parse(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  return TABLES.reduce((sum, table) => sum + count(table), 0);
}
