// One program per data folder. The lock is a SQLite file lock: the system drops it with the process, however
// it dies, so there is no stale lock to clean up. Who holds it is written beside it, for people and for the CLI.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { storeFailure } from './store-failure.ts';

const Holder = z.object({
  pid: z.number(),
  host: z.string(),
  startedAt: z.string(),
  /** Where the holder answers calls, when it serves. */
  url: z.string().nullable(),
});
export type Holder = z.infer<typeof Holder>;

export type InstanceLock = {
  /** Tells others where this program answers. */
  readonly announce: (url: string) => void;
  readonly release: () => void;
};

/** Throws ConfigError `store.inUse` {pid, host, since} while another program holds the folder. */
export function acquireInstanceLock(dataDir: string, clock: Clock): InstanceLock {
  mkdirSync(dataDir, { recursive: true });
  const db = new Database(join(dataDir, 'instance.lock'), { timeout: 250 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    // A full or read-only disk is nobody's hold.
    if (storeFailure(cause) !== 'store.busy') throw cause;
    const holder = readHolder(dataDir);
    const params = {
      pid: holder?.pid ?? 0,
      host: holder?.host ?? '?',
      since: holder?.startedAt ?? '?',
    };
    throw new ConfigError('store.inUse', params, { cause });
  }
  const self = { pid: process.pid, host: hostname(), startedAt: clock.now().toISOString() };
  const write = (url: string | null): void => {
    try {
      writeFileSync(holderFile(dataDir), JSON.stringify({ ...self, url }), { mode: 0o600 });
    } catch {
      // The disk is full, say: the lock holds without the note, and the database will tell.
    }
  };
  write(null);
  return {
    announce: write,
    release: () => {
      rmSync(holderFile(dataDir), { force: true });
      db.close();
    },
  };
}

/** Who holds the folder, as far as the note beside the lock tells; the note may be stale after a crash. */
export function readHolder(dataDir: string): Holder | undefined {
  try {
    return Holder.parse(JSON.parse(readFileSync(holderFile(dataDir), 'utf8')));
  } catch {
    // No note, or a half-written one: nothing is known, and nothing depends on it.
    return undefined;
  }
}

const holderFile = (dataDir: string): string => join(dataDir, 'instance.json');
