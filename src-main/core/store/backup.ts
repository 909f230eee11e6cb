// Copies of the database: one before a migration touches it, and one a day. The newest few are kept.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statfsSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledError } from '../errors.ts';
import type { Db, OpenOptions } from './open-database.ts';

const KEPT = 5;
/** What a copy must leave free on the volume for the documents themselves. */
const SPARE_BYTES = 200 * 1024 * 1024;

const backupDir = (dataDir: string): string => join(dataDir, 'backups');

/** A consistent copy named after the version it holds; throws if it cannot be written: no migration without it. */
export function backupBeforeMigration(db: Db, options: OpenOptions, version: number): void {
  const file = newName(options, version);
  db.prepare('VACUUM INTO ?').run(file);
  finish(options, file, version);
}

/**
 * A consistent copy made page by page between other work; complete and flushed, or not there. Throws CancelledError,
 * or what the file system said; `ENOSPC` before it begins where the volume is nearly full.
 */
export async function backUp(db: Db, options: OpenOptions, signal: AbortSignal): Promise<void> {
  const version = Number(db.pragma('user_version', { simple: true }));
  const file = newName(options, version);
  const part = `${file}.part`;
  expectRoom(db.name, options.dataDir);
  try {
    await db.backup(part, {
      progress: () => {
        if (signal.aborted) throw new CancelledError();
        return PAGES_AT_ONCE;
      },
    });
    const copy = await open(part, 'r+');
    await copy.sync().finally(() => copy.close());
    renameSync(part, file);
  } catch (thrown) {
    await rm(part, { force: true });
    throw thrown;
  }
  finish(options, file, version);
}

/** 400 KB: some milliseconds, less than anybody waits for. */
const PAGES_AT_ONCE = 100;

/** Full path of the newest backup, if there is one. */
export function latestBackup(dataDir: string): string | undefined {
  const newest = listBackups(dataDir)[0];
  return newest === undefined ? undefined : join(backupDir(dataDir), newest);
}

/** When the newest backup was made, as its name says; null when there is none. */
export function latestBackupAt(dataDir: string): Date | null {
  const [, day, hour, minute, second] =
    /-v\d+-(.*)T(\d+)-(\d+)-(\d+)/.exec(listBackups(dataDir)[0] ?? '') ?? [];
  return day === undefined ? null : new Date(`${day}T${hour}:${minute}:${second}Z`);
}

function newName(options: OpenOptions, version: number): string {
  const folder = backupDir(options.dataDir);
  mkdirSync(folder, { recursive: true });
  const stamp = options.clock.now().toISOString().replace(/[:.]/g, '-');
  return join(folder, `lanceur-v${version}-${stamp}.db`);
}

function finish({ dataDir, logger }: OpenOptions, file: string, version: number): void {
  logger.log('info', 'store.backup', { file, version });
  for (const old of listBackups(dataDir).slice(KEPT)) unlinkSync(join(backupDir(dataDir), old));
}

function expectRoom(database: string, dataDir: string): void {
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize > statSync(database).size + SPARE_BYTES) return;
  throw new Error('ENOSPC: the volume is too full for a copy of the database');
}

/** Newest first: the stamp in the name sorts. */
function listBackups(dataDir: string): string[] {
  const folder = backupDir(dataDir);
  if (!existsSync(folder)) return [];
  const stamp = (name: string): string => name.replace(/^lanceur-v\d+-/, '');
  return readdirSync(folder)
    .filter((name) => /^lanceur-v\d+-.*\.db$/.test(name))
    .sort((a, b) => (stamp(a) < stamp(b) ? 1 : -1));
}
