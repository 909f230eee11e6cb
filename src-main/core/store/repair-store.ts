// The way out of a damaged database: it is moved aside, never deleted, and replaced by the newest backup that is sound, or
// by what can still be read of it. What the ledger lost may be delivered a second time; the caller says so.
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import Database from 'better-sqlite3';
import { z } from 'zod';
import type { Clock, Logger } from '../ports.ts';
import { listBackups } from './backup.ts';
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
    const backup = listBackups(dataDir, clock.now()).find(isSound);
    if (backup !== undefined) copyFileSync(backup, file);
    const db = new Database(file);
    try {
      migrate(db, { logger });
      const rows = backup === undefined ? salvage(db, kept, logger) : countRows(db);
      // What was found wrong with the old file is left behind with it.
      db.exec(`DELETE FROM meta WHERE key = 'health'`);
      return { kept, from: backup === undefined ? 'salvage' : 'backup', rows };
    } finally {
      db.close();
    }
  } finally {
    lock.release();
  }
}

/** The disk that damaged the one may have damaged the other. */
function isSound(backup: string): boolean {
  try {
    // Not for reading only: that would leave files of its own beside it.
    const db = new Database(backup, { fileMustExist: true });
    try {
      return db.pragma('quick_check(1)', { simple: true }) === 'ok';
    } finally {
      db.close();
    }
  } catch {
    // Not even that can be asked of it.
    return false;
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
  for (const table of tablesOf(db)) {
    rows += copyTable({ old, db, logger }, table);
  }
  old.close();
  // The words of the items are gathered anew.
  db.exec(`DELETE FROM meta WHERE key LIKE 'words.%'`);
  return rows;
}

type Copy = { readonly old: Db; readonly db: Db; readonly logger: Logger };

/** As far as the table can be read; how many rows. */
function copyTable({ old, db, logger }: Copy, table: string): number {
  let copied = 0;
  // One transaction for all that can be read: one for each row would take minutes.
  db.exec('BEGIN');
  try {
    // An older program's tables lack some of today's columns.
    const there = columnsOf(old, table);
    const columns = columnsOf(db, table).filter((name) => there.includes(name));
    const names = columns.join(', ');
    const insert = db.prepare(
      `INSERT OR IGNORE INTO ${table} (${names}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    for (const row of old.prepare(`SELECT ${names} FROM ${table}`).raw().iterate()) {
      const values: unknown[] = Array.isArray(row) ? row : [];
      try {
        copied += insert.run(...values).changes;
      } catch {
        // It refers to a row that was lost: without it this one means nothing.
      }
    }
  } catch (thrown) {
    logger.log('warn', 'store.salvageCut', { table, message: String(thrown) });
  }
  db.exec('COMMIT');
  return copied;
}

/** What a row refers to comes before it. Indexes of words and their like are made anew. */
function tablesOf(db: Db): string[] {
  const List = z.array(z.object({ name: z.string(), type: z.string() }));
  const left = List.parse(db.pragma('table_list'))
    .filter(({ name, type }) => type === 'table' && !name.startsWith('sqlite_'))
    .map(({ name }) => name);
  const Keys = z.array(z.object({ table: z.string() }));
  const ordered: string[] = [];
  while (left.length > 0) {
    const at = left.findIndex((name) =>
      Keys.parse(db.pragma(`foreign_key_list(${name})`)).every(
        ({ table }) => table === name || !left.includes(table),
      ),
    );
    // In a circle any of them may go first: rows whose other half is missing are left out.
    ordered.push(...left.splice(Math.max(0, at), 1));
  }
  return ordered;
}

function columnsOf(db: Db, table: string): string[] {
  const columns = z.array(z.object({ name: z.string() })).parse(db.pragma(`table_info(${table})`));
  return columns.map(({ name }) => name);
}

function countRows(db: Db): number {
  const count = (table: string): number =>
    z.number().parse(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  return tablesOf(db).reduce((sum, table) => sum + count(table), 0);
}
