// A zip into the spool, by its central directory (streamed zips tell sizes nowhere else). Links, encrypted entries,
// unsafe or repeated names and damaged data are refused: an envelope is whole or it is not taken.
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { EnvelopeLimits } from '#contract/model/envelope';
import { AppError, RefusedError, throwIfAborted } from '../../errors.ts';
import { abandonable } from '../bytes/abandonable.ts';
import type { FileOnDisk } from '../bytes/byte-source.ts';
import { isIgnoredName } from '../unit/ignored-names.ts';
import { EntryNames, shown } from './entry-name.ts';
import { appendTo, createSpoolFile } from './spool-file.ts';
import { type UnpackBudget, unpackBudget } from './unpack-budget.ts';

export type UnpackOptions = {
  /** An empty folder of the caller, who removes it with all that is in it, also after a failure. */
  readonly spoolDir: string;
  readonly limits: EnvelopeLimits;
  readonly signal: AbortSignal;
};

/** Throws RefusedError `envelope.archiveUnreadable` (params `name`, `detail`) and those of name and budget. */
export async function unpackZip(file: FileOnDisk, options: UnpackOptions): Promise<FileOnDisk[]> {
  const zip = await openPromise(file.path, { autoClose: false }).catch((error: unknown) => {
    throw archiveError(error, file.name);
  });
  try {
    return await unpackEntries(zip, file, options);
  } catch (error) {
    throw archiveError(error, file.name);
  } finally {
    zip.close();
  }
}

async function unpackEntries(
  zip: ZipFile,
  file: FileOnDisk,
  { spoolDir, limits, signal }: UnpackOptions,
): Promise<FileOnDisk[]> {
  const budget = unpackBudget(limits, file);
  const names = new EntryNames(file.name);
  const files: FileOnDisk[] = [];
  for await (const entry of zip.eachEntry()) {
    throwIfAborted(signal);
    budget.entry();
    const name = checkedEntry(entry, names, file.name);
    if (name === null || isIgnoredName(name)) continue;
    const spooled = await createSpoolFile(spoolDir, files.length);
    try {
      const write = (bytes: Buffer): Promise<void> => appendTo(spooled, bytes);
      const sizeBytes = await readEntry(zip, entry, { budget, signal, write });
      files.push({ name, path: spooled.path, sizeBytes });
    } finally {
      await spooled.handle.close();
    }
  }
  return files;
}

/** null for a folder. */
function checkedEntry(entry: Entry, names: EntryNames, archive: string): string | null {
  const params = { name: archive, entry: shown(entry.fileName) };
  // Upper half of the external attributes: st_mode, where a Unix made the zip.
  if (((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000) {
    throw new RefusedError('envelope.link', params);
  }
  if (entry.isEncrypted()) throw new RefusedError('envelope.archiveEncrypted', params);
  if (entry.fileName.endsWith('/')) return null;
  return names.take(entry.fileName);
}

type EntryReading = {
  readonly budget: UnpackBudget;
  readonly signal: AbortSignal;
  readonly write: (bytes: Buffer) => Promise<void> | undefined;
};

/** Streams one entry and checks its CRC, which the library does not. Resolves with its size. */
export async function readEntry(
  zip: ZipFile,
  entry: Entry,
  { budget, signal, write }: EntryReading,
): Promise<number> {
  const stream: AsyncIterable<Buffer> = abandonable(await zip.openReadStreamPromise(entry));
  let sum = 0;
  let sizeBytes = 0;
  for await (const bytes of stream) {
    throwIfAborted(signal);
    budget.bytes(bytes.length);
    sum = crc32(bytes, sum);
    sizeBytes += bytes.length;
    await write(bytes);
  }
  if (sum !== entry.crc32) throw new Error(`CRC of ${shown(entry.fileName)}`);
  return sizeBytes;
}

export function archiveError(error: unknown, name: string): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const detail = error instanceof Error ? error.message : String(error);
  // yauzl says so itself; the entry is part of its message.
  const isPath = /^(?:invalid relative path|absolute path|invalid characters in fileName)/u;
  if (isPath.test(detail)) {
    return new RefusedError(
      'envelope.unsafePath',
      { name, entry: shown(detail) },
      { cause: error },
    );
  }
  return new RefusedError(
    'envelope.archiveUnreadable',
    { name, detail: shown(code === '' ? detail : `${code} ${detail}`) },
    { cause: error },
  );
}
