// Moves a file to where nothing is yet, within a volume or across; never overwrites. May be cut anywhere and asked
// again: the file is then at one of its places or at both, and the second call ends what the first began.
import { createHash } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { createSystemClock } from '../clock.ts';
import { AppError, TransientError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { type DiskCalls, nodeDisk } from './disk-calls.ts';
import { sourceError, systemCode, targetError } from './files-errors.ts';
import { flushFolder } from './flush-folder.ts';
import { expectUntouched, isSameFile, type Original, withOriginal } from './original.ts';
import { hashEqual } from './read-blocks.ts';
import {
  patienceOf,
  type PatientTools,
  renamePatiently,
  unlinkPatiently,
} from './rename-patiently.ts';
import { removeQuietly } from './temp-file.ts';
import { copyVerified } from './verified-copy.ts';

/** For tests. */
export type MoveParts = { readonly clock?: Clock; readonly disk?: DiskCalls };

/**
 * Throws TransientError `name.taken` when another document is at `to` (choose another name), GoneError `file.gone`
 * when nothing is at `from`, and what the volumes have to say; nothing is lost then.
 */
export async function moveFile(
  from: string,
  to: string,
  signal: AbortSignal,
  { clock = createSystemClock(), disk = nodeDisk }: MoveParts = {},
): Promise<void> {
  const tools = { disk, clock, signal, patience: patienceOf(process.platform) };
  try {
    const placed = await place(from, to, tools);
    // Durable at `to` before the last name at `from` goes.
    await flushFolder(dirname(to), disk);
    if (placed === 'moved') return;
  } catch (thrown) {
    throw await blame(thrown, from, to);
  }
  try {
    await unlinkPatiently(from, tools);
  } catch (thrown) {
    throw sourceError(thrown, from);
  }
}

/** `both`: two names or two copies for a moment; harmless where nobody eats from the folder. */
type Placed = 'both' | 'moved';

/** A link never overwrites, where a rename always would. (For the input of a COLD job see publish-moves.) */
async function place(from: string, to: string, tools: PatientTools): Promise<Placed> {
  try {
    await tools.disk.link(from, to);
    return 'both';
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === 'EXDEV') return copyAcross(from, to, tools);
    if (code !== 'EEXIST' && !NO_LINKS.has(code)) throw thrown;
  }
  if (await exists(to)) {
    if (await isDone(from, to, tools.signal)) return 'both';
    throw new TransientError('name.taken', { path: to });
  }
  try {
    // Between the look and the rename lies a moment; only where the file system offers nothing better.
    await renamePatiently(from, to, tools);
    return 'moved';
  } catch (thrown) {
    if (systemCode(thrown) === 'EXDEV') return copyAcross(from, to, tools);
    throw thrown;
  }
}

/** FAT, some shares, Linux' guard over other people's files, a file with too many names. */
const NO_LINKS = new Set([
  'EPERM',
  'EACCES',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EINVAL',
]);

/** The copy keeps the original's time: an archive that forgets when a document came is of little use. */
async function copyAcross(from: string, to: string, tools: PatientTools): Promise<Placed> {
  const { disk, signal } = tools;
  const tempPath = join(dirname(to), tempNameFor(from, to));
  await withFile(from, async (original) => {
    const { read, stats } = original;
    // Of an attempt that was cut: it has the same name, and nobody else has.
    await removeQuietly(disk, tempPath);
    const documentMode = stats.mode & 0o777;
    const sizeBytes = stats.size;
    await copyVerified({ disk, from, read, sizeBytes, tempPath, documentMode, signal });
    try {
      await expectUntouched(disk, original);
      await utimes(tempPath, stats.atime, stats.mtime);
      await place(tempPath, to, tools);
    } finally {
      await removeQuietly(disk, tempPath);
    }
  });
  return 'both';
}

/** Recognisable as ours, and the same at each attempt of the same move, so that none is left behind by a crash. */
function tempNameFor(from: string, to: string): string {
  const move = createHash('sha256').update([hostname(), from, to].join('\0')).digest('hex');
  return `.lanceur-move-${move.slice(0, 16)}-0.part`;
}

/** The same file, or a copy with its bytes and its time: what an attempt that was cut short leaves. */
async function isDone(from: string, to: string, signal: AbortSignal): Promise<boolean> {
  const [one, other] = await Promise.all([nodeDisk.lstat(from), nodeDisk.lstat(to)]);
  if (isSameFile(one, other)) return true;
  // FAT keeps times to two seconds.
  if (one.size !== other.size || Math.abs(one.mtimeMs - other.mtimeMs) > 2000) return false;
  return withFile(from, (original) =>
    withFile(to, async (copy) => {
      try {
        await hashEqual(original.read, copy.read, signal);
        return true;
      } catch (thrown) {
        if (thrown instanceof AppError && thrown.code === 'disk.writtenOtherwise') return false;
        throw thrown;
      }
    }),
  );
}

async function withFile<T>(path: string, work: (original: Original) => Promise<T>): Promise<T> {
  const { size, mtimeMs } = await nodeDisk.stat(path);
  return withOriginal(nodeDisk, { path, sizeBytes: size, mtimeMs, mayLink: false }, work);
}

async function exists(path: string): Promise<boolean> {
  try {
    await nodeDisk.lstat(path);
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return false;
    throw thrown;
  }
}

/** One call names two paths: ENOENT may mean either. */
async function blame(thrown: unknown, from: string, to: string): Promise<AppError> {
  if (systemCode(thrown) === 'ENOENT') {
    try {
      await nodeDisk.lstat(from);
    } catch (second) {
      return sourceError(second, from);
    }
  }
  return targetError(thrown, to);
}
