// What kind of archive a file is, by its first bytes, and all its files in the spool.
import { RefusedError } from '../../errors.ts';
import { isOfficeEntry } from '../attachments/carried-file.ts';
import { fileBytes, type FileOnDisk, headOf } from '../bytes/byte-source.ts';
import { unpackTar } from './unpack-tar.ts';
import { type UnpackOptions, unpackZip } from './unpack-zip.ts';

export type ArchiveFormat = 'zip' | 'gzip' | 'tar';

/** Where `ustar` stands in a tar, and the name of a zip's first entry. */
export const MAGIC_BYTES = 512;

/** Pure; `head`: the first `MAGIC_BYTES`. Office documents are zips too, but files, not archives. */
export function archiveFormat(head: Buffer): ArchiveFormat | null {
  if (head.length >= 4 && head.readUInt32LE(0) === 0x04034b50) {
    const name = head.toString('utf8', 30, 30 + (head.length < 30 ? 0 : head.readUInt16LE(26)));
    return isOfficeEntry(name) ? null : 'zip';
  }
  // An empty zip is nothing but its end record.
  if (head.length >= 4 && head.readUInt32LE(0) === 0x06054b50) return 'zip';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.toString('latin1', 257, 262) === 'ustar') return 'tar';
  return null;
}

/**
 * Every file of the archive, in its order, clutter left out. Archives inside are files like others: never opened.
 * Throws RefusedError `envelope.archiveUnreadable`, `unsafePath`, `link`, `bomb`, `tooLarge`, `tooManyFiles`…
 */
export async function unpackArchive(
  file: FileOnDisk,
  options: UnpackOptions,
): Promise<FileOnDisk[]> {
  if (file.sizeBytes > options.limits.maxArchiveBytes) {
    throw new RefusedError('envelope.tooLarge', {
      name: file.name,
      maxBytes: options.limits.maxArchiveBytes,
    });
  }
  const format = archiveFormat(await headOf(fileBytes(file), MAGIC_BYTES));
  switch (format) {
    case 'zip':
      return unpackZip(file, options);
    case 'gzip':
      return unpackTar(file, true, options);
    case 'tar':
      return unpackTar(file, false, options);
    case null:
      throw new RefusedError('envelope.archiveUnreadable', { name: file.name, detail: '' });
  }
}
