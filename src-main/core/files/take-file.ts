// Brings a document that lies on disk already into a temporary file: linked where its source is going to be deleted
// at once, cloned where the file system shares blocks, copied otherwise; flushed and verified each time.
import { hash } from 'node:crypto';
import { throwIfAborted } from '../errors.ts';
import type { LocalFile } from '../sources/source.ts';
import type { DiskCalls } from './disk-calls.ts';
import { cloneFile, linkFile } from './link-or-clone.ts';
import { changed, expectUntouched, type Original, withOriginal } from './original.ts';
import { type Digest, readFull } from './read-blocks.ts';
import { removeQuietly, withNewFile } from './temp-file.ts';
import { copyVerified } from './verified-copy.ts';
import { writeVerified } from './verified-write.ts';

export type TakeTools = {
  readonly disk: DiskCalls;
  /** Room for one small document; larger ones go in blocks. */
  readonly document: Buffer;
  readonly scratch: Buffer;
  /** What a file made by this process gets (the umask applied): a link that is closed to more people will not do. */
  readonly documentMode: number;
  /** Where a clone was refused before: not tried again for every file. */
  readonly cloneRefused: Set<string>;
  /** The same of hard links. */
  readonly linkRefused: Set<string>;
  readonly signal: AbortSignal;
};

/**
 * Throws GoneError `file.gone`, TransientError `file.changed` (it is not, or no longer, what was listed),
 * `source.away`, `disk.full`…; no temporary file is left then. The original is never written to.
 */
export function takeFile(file: LocalFile, tempPath: string, tools: TakeTools): Promise<Digest> {
  return withOriginal(tools.disk, file, async (original) => {
    const linked = await linkFile(original, tempPath, tools);
    const digest =
      linked ??
      (await cloneFile(original, tempPath, tools)) ??
      (await copyOriginal(original, tempPath, tools));
    try {
      if (digest.sizeBytes !== original.stats.size) throw changed(file);
      if (linked === undefined) await expectUntouched(tools.disk, original);
      throwIfAborted(tools.signal);
    } catch (thrown) {
      await removeQuietly(tools.disk, tempPath);
      throw thrown;
    }
    return digest;
  });
}

/** Small: one read, hashed and written from memory, compared with memory. Large: see `copyVerified`. */
async function copyOriginal(
  original: Original,
  tempPath: string,
  tools: TakeTools,
): Promise<Digest> {
  const { disk, document, scratch, signal } = tools;
  const { size } = original.stats;
  if (size > document.length) {
    const { read, file } = original;
    const { documentMode } = tools;
    const from = file.path;
    return copyVerified({ disk, from, read, sizeBytes: size, tempPath, documentMode, signal });
  }
  const bytes = document.subarray(0, await readFull(original.read, document.subarray(0, size), 0));
  await withNewFile(disk, tempPath, (fd) => writeVerified(disk, fd, bytes, scratch));
  return { sizeBytes: bytes.length, sha256: hash('sha256', bytes, 'hex') };
}
