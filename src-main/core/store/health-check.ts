// When a database is read whole. At every start, before anything is written, as long as that costs a moment; a large one
// after a clean end is read beside the work instead, and what is found there stops the next start, which reads it all.
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Db } from './open-database.ts';

/** About 1 ms per megabyte once it is in memory, 10 ms from a slow disk. */
const EACH_START_BYTES = 48 * 1024 * 1024;
/** After a crash it is worth some seconds. */
const AFTER_CRASH_BYTES = 256 * 1024 * 1024;

/** What `meta.health` says after damage was found beside the work. */
const SUSPECT = 'suspect';

/** The first damage found, in SQLite's words; null = none, or not looked for now. */
export function damageAtStart(db: Db, file: string): string | null {
  const { size } = statSync(file);
  const isSuspect = readMeta(db, 'health') === SUSPECT;
  const limit = readMeta(db, 'shutdown') === 'clean' ? EACH_START_BYTES : AFTER_CRASH_BYTES;
  if (size > limit && !isSuspect) return null;
  const found = String(db.pragma('quick_check(1)', { simple: true }));
  if (found !== 'ok') return found;
  // It was repaired meanwhile.
  if (isSuspect) db.prepare(`DELETE FROM meta WHERE key = 'health'`).run();
  return null;
}

export type HealthCheck = {
  /** Empty = sound. Resolves also after `stop`. Rejects where the thread itself fails. */
  readonly damage: Promise<string>;
  readonly stop: () => void;
};

/** Null where every start reads it anyway. */
export function checkBesideWork(
  db: Db,
  file: string,
  limitBytes = EACH_START_BYTES,
): HealthCheck | null {
  if (statSync(file).size <= limitBytes) return null;
  const stop = new SharedArrayBuffer(4);
  const thread = new Worker(new URL(PROGRAM, import.meta.url), {
    workerData: { file, stop },
    env: {},
    execArgv: [],
    name: 'health',
  });
  const damage = new Promise<string>((resolve, reject) => {
    thread.once('message', (found: unknown) => {
      resolve(z.string().parse(found));
    });
    thread.once('error', reject);
    thread.once('exit', () => {
      resolve('');
    });
  });
  thread.unref();
  return {
    damage: damage.then((found) => {
      if (found !== '' && db.open) markSuspect(db);
      return found;
    }),
    stop: () => {
      Atomics.store(new Int32Array(stop), 0, 1);
    },
  };
}

/** Beside this file, built and unbuilt. */
const PROGRAM = import.meta.url.endsWith('.ts') ? './health-thread.ts' : './health-thread.js';

function readMeta(db: Db, key: string): unknown {
  const hasMeta = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'meta'`).get() !== undefined;
  return hasMeta ? db.prepare(`SELECT value FROM meta WHERE key = ?`).pluck().get(key) : undefined;
}

function markSuspect(db: Db): void {
  db.prepare(
    `INSERT INTO meta (key, value) VALUES ('health', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  ).run(SUSPECT);
}
