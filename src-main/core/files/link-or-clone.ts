// The two ways to have a document in another folder without copying it. Both answer undefined where they do not
// apply, and leave nothing then: the caller copies. One hash suffices for both: there is no copy that could differ.
import { hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { DiskCalls } from './disk-calls.ts';
import { systemCode } from './files-errors.ts';
import { changed, isSameFile, type Original } from './original.ts';
import { type Digest, hashAll, type ReadAt, readFull } from './read-blocks.ts';
import type { TakeTools } from './take-file.ts';
import { quietly, removeQuietly, withNewFile } from './temp-file.ts';

/**
 * A second name for the same file, only where the first one is going to go. The hash says what COLD will read; the
 * flush is still due, for the scanner that wrote the file may never have asked for one. Throws `file.changed`.
 */
export async function linkFile(
  original: Original,
  tempPath: string,
  tools: TakeTools,
): Promise<Digest | undefined> {
  const { disk } = tools;
  const route = routeOf(original, tempPath);
  if (!isLinkable(original, tools) || tools.linkRefused.has(route)) return undefined;
  try {
    // Before the link: what is clean already costs nothing then (a link makes the file's entry dirty again).
    await flushOriginal(disk, original);
    await disk.link(original.file.path, tempPath);
  } catch (thrown) {
    // Another volume, a file system without links, a file we may not write: not an error, there is the copy.
    if (NEVER_LINKS.has(systemCode(thrown))) tools.linkRefused.add(route);
    return undefined;
  }
  try {
    const digest = await digestOf(original.read, original.stats.size, tools);
    const linked = await disk.lstat(tempPath);
    if (linked.isSymbolicLink()) {
      // The path was one, and some systems link that instead of the document behind it.
      await removeQuietly(disk, tempPath);
      return undefined;
    }
    expectTwoNames(original, linked);
    return digest;
  } catch (thrown) {
    await removeQuietly(disk, tempPath);
    throw thrown;
  }
}

/** Between these two volumes, whatever the file. */
const NEVER_LINKS = new Set(['EXDEV', 'ENOTSUP', 'ENOSYS']);

const routeOf = (original: Original, tempPath: string): string =>
  `${original.stats.dev}>${dirname(tempPath)}`;

/**
 * One look at the new name tells everything about both: it is this very file (not what took
 * its place before the link), nobody wrote into it, and the other name was not given to another file.
 */
function expectTwoNames({ file, stats }: Original, linked: Stats): void {
  const isWhole = isSameFile(linked, stats) && linked.nlink === 2;
  if (!isWhole || linked.size !== stats.size || linked.mtimeMs !== stats.mtimeMs) {
    throw changed(file);
  }
}

/** With a third name, somebody could still write into the delivered document; with narrower rights COLD could not read it. */
function isLinkable({ file, stats }: Original, { documentMode }: TakeTools): boolean {
  return file.mayLink && stats.nlink === 1 && (stats.mode & documentMode) === documentMode;
}

/** Windows flushes only through a handle that may write. */
async function flushOriginal(disk: DiskCalls, { fd, file }: Original): Promise<void> {
  if (process.platform !== 'win32') return disk.sync(fd);
  const writable = await disk.open(file.path, 'r+', 0);
  try {
    await disk.sync(writable);
  } finally {
    await quietly(disk.close(writable));
  }
}

/** Shared blocks, separate files (btrfs, XFS, ReFS…). The clone itself is hashed: it is what will be delivered. */
export async function cloneFile(
  original: Original,
  tempPath: string,
  tools: TakeTools,
): Promise<Digest | undefined> {
  const { disk, documentMode, cloneRefused } = tools;
  const route = routeOf(original, tempPath);
  if (cloneRefused.has(route)) return undefined;
  let isCloned = false;
  let isRefused = false;
  try {
    return await withNewFile(disk, tempPath, async (fd) => {
      // The call opens our new, empty file again and fills it. It lends it the original's rights: taken back here.
      isRefused = true;
      await disk.clone(original.file.path, tempPath);
      isRefused = false;
      isCloned = true;
      await disk.fchmod(fd, documentMode);
      const read: ReadAt = (into, length, position) => disk.read(fd, into, length, position);
      const digest = await digestOf(read, original.stats.size, tools);
      await disk.sync(fd);
      return digest;
    });
  } catch (thrown) {
    if (isCloned) throw thrown;
    if (isRefused) cloneRefused.add(route);
    return undefined;
  }
}

async function digestOf(read: ReadAt, sizeBytes: number, tools: TakeTools): Promise<Digest> {
  const { document, signal } = tools;
  if (sizeBytes > document.length) return hashAll(read, signal);
  const count = await readFull(read, document.subarray(0, sizeBytes), 0);
  return { sizeBytes: count, sha256: hash('sha256', document.subarray(0, count), 'hex') };
}
