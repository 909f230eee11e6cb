// Access to a share: asynchronous calls, few at a time, each step under a time limit. A share that does not answer
// is away; the calls left behind block a thread of the pool each until the system gives up, hence few at a time.
import type { Dirent } from 'node:fs';
import type * as Files from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';
import { TransientError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';
import {
  type EndCheck,
  ENTRIES_PER_STEP,
  type FolderAccess,
  type Inspection,
  type Look,
} from './folder-access.ts';
import { errnoCode, UNCODED } from './folder-errors.ts';
import { isRefused, openFlags } from './open-flags.ts';
import { within } from './within.ts';

/** The calls that may hang; a test passes some that do. */
export type RemoteFiles = Pick<
  typeof Files,
  'lstat' | 'open' | 'opendir' | 'readdir' | 'realpath' | 'stat' | 'statfs'
>;

export type RemoteAccessOptions = {
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  readonly signal: AbortSignal;
  readonly files: RemoteFiles;
  /** For the error's sentence. */
  readonly root: string;
};

/** Longer than a sleeping disk of a NAS needs to spin up (about 10 s). */
export const REMOTE_ANSWER_MS = 20_000;
/** Of the four threads that the pool has by default: the rest of the program needs some too. */
const CALLS_AT_ONCE = 3;

export const notAnswering = (path: string): TransientError =>
  new TransientError('source.away', { path, cause: 'ETIMEDOUT' });

export function createRemoteAccess(options: RemoteAccessOptions): FolderAccess {
  const { files, platform } = options;
  const flags = openFlags(platform);
  const limited = <T>(answer: Promise<T>): Promise<T> =>
    within(answer, {
      clock: options.clock,
      signal: options.signal,
      limitMs: REMOTE_ANSWER_MS,
      late: () => notAnswering(options.root),
    });
  return {
    kind: 'remote',
    async openFolder(path) {
      const dir = await limited(files.opendir(path, { bufferSize: ENTRIES_PER_STEP }));
      return {
        next: () => limited(readSome(() => dir.read())),
        close: () => limited(dir.close()),
      };
    },
    looks: (prefix, names) => limited(lookAtAll(files, prefix, names)),
    async oddNames(path) {
      const reading = files.readdir(path, { encoding: 'buffer', withFileTypes: true });
      const entries = await limited(reading);
      return entries
        .filter((entry) => !isUtf8(entry.name))
        .map((entry) => ({ bytes: entry.name, isFolder: entry.isDirectory() }));
    },
    exactInode: async (path) => String((await limited(files.lstat(path, { bigint: true }))).ino),
    async inspect(path, check) {
      const opened = await limited(open(files, path, flags));
      if (typeof opened === 'string') return { ok: false, code: opened };
      try {
        return await limited(inspectOpened(opened, check));
      } catch (thrown) {
        const code = errnoCode(thrown);
        if (code === UNCODED) throw thrown;
        return { ok: false, code };
      } finally {
        // Not awaited without a limit: closing may hang like everything else.
        await limited(opened.close());
      }
    },
  };
}

async function readSome(read: () => Promise<Dirent | null>): Promise<readonly Dirent[]> {
  const entries: Dirent[] = [];
  while (entries.length < ENTRIES_PER_STEP) {
    const entry = await read();
    if (entry === null) break;
    entries.push(entry);
  }
  return entries;
}

async function lookAtAll(
  files: RemoteFiles,
  prefix: string,
  names: readonly string[],
): Promise<readonly Look[]> {
  const looks: Look[] = [];
  const queue = names.entries();
  const lane = async (): Promise<void> => {
    for (const [index, name] of queue) {
      looks[index] = await files.lstat(prefix + name).catch((thrown: unknown) => errnoCode(thrown));
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, lane));
  return looks;
}

async function open(
  files: RemoteFiles,
  path: string,
  flags: readonly number[],
): Promise<Files.FileHandle | string> {
  let code = 'ENOENT';
  for (const flag of flags) {
    try {
      return await files.open(path, flag);
    } catch (thrown) {
      code = errnoCode(thrown);
      if (!isRefused(code)) return code;
    }
  }
  return code;
}

async function inspectOpened<T>(
  handle: Files.FileHandle,
  check: (sizeBytes: number) => EndCheck<T>,
): Promise<Inspection<T>> {
  const stats = await handle.stat();
  if (!stats.isFile()) return { ok: false, code: 'ENOENT' };
  const steps = check(stats.size);
  for (let step = steps.next(); ;) {
    if (step.done === true) return { ok: true, stats, value: step.value };
    const { offset, length } = step.value;
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
    step = steps.next(buffer.subarray(0, bytesRead));
  }
}
