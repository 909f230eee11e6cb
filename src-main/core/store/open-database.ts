// Opens the one database of a data folder: WAL, every commit on disk (FULL), foreign keys, migrations with a
// backup before them, and a look at its health. A damaged file ends in ConfigError `store.damaged`, never in a wipe.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ConfigError } from '../errors.ts';
import type { Checkpoint, Clock, Logger } from '../ports.ts';
import { backupBeforeMigration, listBackups } from './backup.ts';
import { damageAtStart } from './health-check.ts';
import { migrate } from './migrate.ts';
import { latestVersion } from './migrations/index.ts';

export type Db = Database.Database;

export type OpenOptions = {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly checkpoint?: Checkpoint;
};

export const databaseFile = (dataDir: string): string => join(dataDir, 'lanceur.db');

/** Throws ConfigError `store.damaged` {file, backup} or `store.newer` {found, known}. */
export function openDatabase(options: OpenOptions): Db {
  const file = databaseFile(options.dataDir);
  mkdirSync(options.dataDir, { recursive: true });
  const isNew = !existsSync(file);
  let db: Db | undefined;
  try {
    if (!isNew && isEmptied(file, options)) throw new DamageFound('emptied');
    db = new Database(file, { timeout: 5000 });
    db.pragma('journal_mode = WAL');
    // WAL defaults to NORMAL in better-sqlite3: the last commits could vanish with the power.
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('cache_size = -8000');
    if (!isNew) checkHealth(db, file);
    prepareSchema(db, options);
    markOpen(db);
    return db;
  } catch (thrown) {
    db?.close();
    if (isDamage(thrown)) throw damaged(options, thrown);
    throw thrown;
  }
}

/**
 * SQLite takes a file of no bytes for a new database. One that has backups was more than that, until the disk or a power cut
 * emptied it: to begin anew would deliver everything again, or leave the launchers forgotten.
 */
const isEmptied = (file: string, { dataDir, clock }: OpenOptions): boolean =>
  statSync(file).size === 0 && listBackups(dataDir, clock.now()).length > 0;

/** Marks the shutdown as clean, so that the next start need not check every page of a large file. Closes whatever it throws. */
export function closeDatabase(db: Db): void {
  try {
    db.prepare(`UPDATE meta SET value = 'clean' WHERE key = 'shutdown'`).run();
  } finally {
    db.close();
  }
}

function prepareSchema(db: Db, options: OpenOptions): void {
  const found = Number(db.pragma('user_version', { simple: true }));
  if (found > latestVersion) {
    throw new ConfigError('store.newer', { found, known: latestVersion });
  }
  if (found > 0 && found < latestVersion) backupBeforeMigration(db, options, found);
  migrate(db, options);
}

function checkHealth(db: Db, file: string): void {
  const found = damageAtStart(db, file);
  if (found !== null) throw new DamageFound(found);
}

function markOpen(db: Db): void {
  db.prepare(
    `INSERT INTO meta (key, value) VALUES ('shutdown', 'open') ON CONFLICT (key) DO UPDATE SET value = 'open'`,
  ).run();
}

class DamageFound extends Error {}

function isDamage(thrown: unknown): boolean {
  if (thrown instanceof DamageFound) return true;
  return (
    thrown instanceof Database.SqliteError &&
    (thrown.code.startsWith('SQLITE_CORRUPT') || thrown.code === 'SQLITE_NOTADB')
  );
}

function damaged({ dataDir, clock }: OpenOptions, cause: unknown): ConfigError {
  const [backup = ''] = listBackups(dataDir, clock.now());
  return new ConfigError('store.damaged', { file: databaseFile(dataDir), backup }, { cause });
}
