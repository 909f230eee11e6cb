// Copies of the database: one before a migration touches it, and one a day. The newest few are kept.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
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

/**
 * A consistent copy named after the version it holds, whole and flushed under its name or not there; throws if it cannot be
 * written: no migration without it.
 */
export function backupBeforeMigration(db: Db, options: OpenOptions, version: number): void {
  const { file, part } = newNames(options, version);
  try {
    db.prepare('VACUUM INTO ?').run(part);
    options.checkpoint?.('store.copied');
    const copy = openSync(part, 'r+');
    try {
      fsyncSync(copy);
    } finally {
      closeSync(copy);
    }
    renameSync(part, file);
  } catch (thrown) {
    rmSync(part, { force: true });
    throw thrown;
  }
  finish(options, file, version);
}

/**
 * A consistent copy made page by page between other work; complete and flushed, or not there. Throws CancelledError,
 * or what the file system said; `ENOSPC` before it begins where the volume is nearly full.
 */
export async function backUp(db: Db, options: OpenOptions, signal: AbortSignal): Promise<void> {
  const version = Number(db.pragma('user_version', { simple: true }));
  const { file, part } = newNames(options, version);
  expectRoom(db.name, options.dataDir);
  try {
    await db.backup(part, {
      progress: () => {
        if (signal.aborted) throw new CancelledError();
        options.checkpoint?.('store.copying');
        return PAGES_AT_ONCE;
      },
    });
    options.checkpoint?.('store.copied');
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

/** Full paths, newest first. What is stamped after `now` was made under a wrong clock: it counts as the oldest. */
export function listBackups(dataDir: string, now: Date): string[] {
  const folder = backupDir(dataDir);
  if (!existsSync(folder)) return [];
  const limit = stampOf(now);
  const age = (name: string): string => {
    const stamp = name.replace(/^lanceur-v\d+-/, '');
    return stamp > `${limit}.db` ? `0-${stamp}` : `1-${stamp}`;
  };
  return readdirSync(folder)
    .filter((name) => /^lanceur-v\d+-.*\.db$/.test(name))
    .sort((a, b) => (age(a) < age(b) ? 1 : -1))
    .map((name) => join(folder, name));
}

/** When the newest backup was made, as its name says; null when there is none. */
export function latestBackupAt(dataDir: string, now: Date): Date | null {
  const [, day, hour, minute, second] =
    /-v\d+-(.*)T(\d+)-(\d+)-(\d+)/.exec(listBackups(dataDir, now)[0] ?? '') ?? [];
  return day === undefined ? null : new Date(`${day}T${hour}:${minute}:${second}Z`);
}

const stampOf = (at: Date): string => at.toISOString().replace(/[:.]/g, '-');

function newNames({ dataDir, clock }: OpenOptions, version: number) {
  const folder = backupDir(dataDir);
  mkdirSync(folder, { recursive: true });
  // Of a copy that was cut: one is made at a time.
  for (const name of readdirSync(folder).filter((one) => one.includes('.db.part'))) {
    rmSync(join(folder, name), { force: true });
  }
  const file = join(folder, `lanceur-v${version}-${stampOf(clock.now())}.db`);
  return { file, part: `${file}.part` };
}

function finish({ dataDir, logger, clock }: OpenOptions, file: string, version: number): void {
  logger.log('info', 'store.backup', { file, version });
  for (const old of listBackups(dataDir, clock.now()).slice(KEPT)) unlinkSync(old);
}

function expectRoom(database: string, dataDir: string): void {
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize > statSync(database).size + SPARE_BYTES) return;
  throw new Error('ENOSPC: the volume is too full for a copy of the database');
}
