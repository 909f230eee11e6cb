// The original of a document that lies on disk: opened once, read only, and watched: what is delivered must be what
// was listed, and what is touched afterwards must be what was delivered.
import type { Stats } from 'node:fs';
import { RefusedError, TransientError } from '../errors.ts';
import type { LocalFile } from '../sources/source.ts';
import type { DiskCalls } from './disk-calls.ts';
import { sourceError } from './files-errors.ts';
import type { ReadAt } from './read-blocks.ts';
import { isAsFound } from './seen-file.ts';
import { quietly } from './temp-file.ts';

export type Original = {
  readonly file: LocalFile;
  readonly fd: number;
  /** As it was when it was opened. */
  readonly stats: Stats;
  readonly read: ReadAt;
};

/** Runs `work` on the open original. Throws GoneError `file.gone`, TransientError `file.changed`, `source.away`… */
export async function withOriginal<T>(
  disk: DiskCalls,
  file: LocalFile,
  work: (original: Original) => Promise<T>,
): Promise<T> {
  const fd = await fromSource(disk.open(file.path, 'r', 0), file);
  try {
    const stats = await fromSource(disk.fstat(fd), file);
    if (!stats.isFile()) throw new RefusedError('file.notRegular', { path: file.path });
    if (!isAsFound(stats, file)) throw changed(file);
    const read: ReadAt = (into, length, position) =>
      fromSource(disk.read(fd, into, length, position), file);
    return await work({ file, fd, stats, read });
  } finally {
    await quietly(disk.close(fd));
  }
}

/**
 * Asked of the path, not of the open file: somebody may have put another document under the name meanwhile,
 * and the fate of the delivered would then fall on that one.
 */
export async function expectUntouched(disk: DiskCalls, { file, stats }: Original): Promise<void> {
  const now = await fromSource(disk.stat(file.path), file);
  const isSame = now.size === stats.size && now.mtimeMs === stats.mtimeMs && isSameFile(now, stats);
  if (!isSame) throw changed(file);
}

export function isSameFile(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

export const changed = (file: LocalFile): TransientError =>
  new TransientError('file.changed', { path: file.path });

async function fromSource<T>(work: Promise<T>, file: LocalFile): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    throw sourceError(thrown, file.path);
  }
}
