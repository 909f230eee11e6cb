// Access to a local disk: synchronous calls in time slices.
import fs from 'node:fs';
import { isUtf8 } from 'node:buffer';
import type { Clock } from '../../ports.ts';
import {
  ENTRIES_PER_STEP,
  type FolderAccess,
  type FolderReader,
  type Inspection,
  type Look,
  type OddName,
} from './folder-access.ts';
import { errnoCode, UNCODED } from './folder-errors.ts';
import { isRefused, openFlags } from './open-flags.ts';
import { createPace, type Pace } from './pace.ts';

export type LocalAccessOptions = {
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  readonly signal: AbortSignal;
};

export function createLocalAccess({ clock, platform, signal }: LocalAccessOptions): FolderAccess {
  const pace = createPace(clock);
  const flags = openFlags(platform);
  return {
    kind: 'local',
    async openFolder(path) {
      await breathe(pace, signal);
      const isSmall = platform === 'linux' && fs.statSync(path).size <= SMALL_FOLDER_BYTES;
      return isSmall ? readAtOnce(path) : openReader(path, () => breathe(pace, signal));
    },
    async looks(prefix, names) {
      const looks: Look[] = [];
      for (const name of names) {
        looks.push(look(prefix + name));
        if (pace.due()) await pace.rest(signal);
      }
      return looks;
    },
    oddNames: (path) => Promise.resolve(path).then(oddNames),
    exactInode: (path) =>
      Promise.resolve(path).then((at) => String(fs.lstatSync(at, { bigint: true }).ino)),
    async inspect(path, check) {
      const opened = open(path, flags);
      if (typeof opened === 'string') return { ok: false, code: opened };
      try {
        const stats = fs.fstatSync(opened);
        if (!stats.isFile()) return { ok: false, code: 'ENOENT' };
        const value = await run(check(stats.size), opened, () => breathe(pace, signal));
        return { ok: true, stats, value } satisfies Inspection<typeof value>;
      } catch (thrown) {
        const code = errnoCode(thrown);
        if (code === UNCODED) throw thrown;
        return { ok: false, code };
      } finally {
        fs.closeSync(opened);
        await breathe(pace, signal);
      }
    },
  };
}

const breathe = (pace: Pace, signal: AbortSignal): Promise<void> | undefined =>
  pace.due() ? pace.rest(signal) : undefined;

/**
 * On Linux' file systems the size of a folder tells of its entries. At most some thousands of them are read in one call:
 * half the time of a handle, which also keeps 10 KB until the next garbage collection. More would hold the loop.
 */
const SMALL_FOLDER_BYTES = 64 * 1024;

function readAtOnce(path: string): FolderReader {
  const entries = fs.readdirSync(path, { withFileTypes: true });
  let next = 0;
  return {
    next: () => Promise.resolve(entries.slice(next, (next += ENTRIES_PER_STEP))),
    close: () => Promise.resolve(),
  };
}

function openReader(path: string, rest: () => Promise<void> | undefined): FolderReader {
  const dir = fs.opendirSync(path);
  return {
    async next() {
      await rest();
      const entries: fs.Dirent[] = [];
      while (entries.length < ENTRIES_PER_STEP) {
        const entry = dir.readSync();
        if (entry === null) break;
        entries.push(entry);
      }
      return entries;
    },
    close() {
      dir.closeSync();
      return Promise.resolve();
    },
  };
}

const oddNames = (path: string): OddName[] =>
  fs
    .readdirSync(path, { encoding: 'buffer', withFileTypes: true })
    .filter((entry) => !isUtf8(entry.name))
    .map((entry) => ({ bytes: entry.name, isFolder: entry.isDirectory() }));

function look(path: string): Look {
  try {
    // A missing file is common here (taken meanwhile): no error object for it.
    return fs.lstatSync(path, { throwIfNoEntry: false }) ?? 'ENOENT';
  } catch (thrown) {
    return errnoCode(thrown);
  }
}

/** A descriptor, or the errno code. */
function open(path: string, flags: readonly number[]): number | string {
  let code = 'ENOENT';
  for (const flag of flags) {
    try {
      return fs.openSync(path, flag);
    } catch (thrown) {
      code = errnoCode(thrown);
      if (!isRefused(code)) return code;
    }
  }
  return code;
}

async function run<T>(
  check: Generator<{ offset: number; length: number }, T, Buffer>,
  descriptor: number,
  rest: () => Promise<void> | undefined,
): Promise<T> {
  for (let step = check.next(); ;) {
    if (step.done === true) return step.value;
    const { offset, length } = step.value;
    const buffer = Buffer.allocUnsafe(length);
    const bytesRead = fs.readSync(descriptor, buffer, 0, length, offset);
    const waiting = rest();
    if (waiting !== undefined) await waiting;
    step = check.next(buffer.subarray(0, bytesRead));
  }
}
