// A tar or tar.gz (the @CTES archives) into the spool. Entry by entry, with our own limits and our own names on
// disk: the library's extraction leaves partial files behind and repairs unsafe names instead of refusing them.
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { RefusedError, throwIfAborted } from '../../errors.ts';
import type { FileOnDisk } from '../bytes/byte-source.ts';
import { isIgnoredName } from '../unit/ignored-names.ts';
import { EntryNames, shown } from './entry-name.ts';
import { appendTo, createSpoolFile } from './spool-file.ts';
import { type UnpackBudget, unpackBudget } from './unpack-budget.ts';
import { archiveError, type UnpackOptions } from './unpack-zip.ts';

/** Throws as `unpackZip` does. */
export async function unpackTar(
  file: FileOnDisk,
  isGzip: boolean,
  options: UnpackOptions,
): Promise<FileOnDisk[]> {
  const packed = createReadStream(file.path);
  const gunzip = createGunzip();
  try {
    packed.on('error', (error) => gunzip.destroy(error));
    return await readTar(isGzip ? packed.pipe(gunzip) : packed, file, options);
  } catch (error) {
    throw archiveError(error, file.name);
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

async function readTar(
  stream: AsyncIterable<unknown>,
  file: FileOnDisk,
  options: UnpackOptions,
): Promise<FileOnDisk[]> {
  const budget = unpackBudget(options.limits, file);
  const failed = Promise.withResolvers<never>();
  const ended = Promise.withResolvers<undefined>();
  // A failure may come while nobody waits for it.
  failed.promise.catch(() => undefined);
  const unpacker = new TarUnpacker(file, budget, options);
  // `gzip: false` and the like do not exist here: what it is given is already unpacked.
  const parser = new Parser({ strict: true });
  parser.on('error', failed.reject);
  parser.on('abort', failed.reject);
  parser.on('ignoredEntry', (entry: ReadEntry) => {
    failed.reject(refusedEntry(entry, file.name));
  });
  parser.on('entry', (entry: ReadEntry) => {
    unpacker.take(entry).catch(failed.reject);
  });
  parser.on('end', () => {
    ended.resolve(undefined);
  });
  for await (const chunk of stream) {
    throwIfAborted(options.signal);
    if (!Buffer.isBuffer(chunk)) continue;
    const drained = Promise.withResolvers<undefined>();
    parser.once('drain', () => {
      drained.resolve(undefined);
    });
    if (!parser.write(chunk)) await Promise.race([drained.promise, failed.promise]);
  }
  parser.end();
  await Promise.race([ended.promise, failed.promise]);
  return unpacker.files;
}

class TarUnpacker {
  readonly files: FileOnDisk[] = [];
  readonly #archive: string;
  readonly #budget: UnpackBudget;
  readonly #options: UnpackOptions;
  readonly #names: EntryNames;

  constructor(archive: FileOnDisk, budget: UnpackBudget, options: UnpackOptions) {
    this.#archive = archive.name;
    this.#budget = budget;
    this.#options = options;
    this.#names = new EntryNames(archive.name);
  }

  async take(entry: ReadEntry): Promise<void> {
    this.#budget.entry();
    if (entry.type === 'Directory' || entry.type === 'GNUDumpDir') {
      entry.resume();
      return;
    }
    if (!PLAIN_FILES.has(entry.type)) throw refusedEntry(entry, this.#archive);
    const name = this.#names.take(entry.path);
    if (isIgnoredName(name)) {
      entry.resume();
      return;
    }
    await this.#write(entry, name);
  }

  async #write(entry: ReadEntry, name: string): Promise<void> {
    const file = await createSpoolFile(this.#options.spoolDir, this.files.length);
    let sizeBytes = 0;
    this.files.push({ name, path: file.path, sizeBytes: entry.size });
    try {
      for await (const chunk of entry) {
        this.#budget.bytes(chunk.length);
        sizeBytes += chunk.length;
        await appendTo(file, chunk);
      }
    } finally {
      await file.handle.close();
    }
    if (sizeBytes !== entry.size) throw new Error(`${shown(name)}: ${sizeBytes} of ${entry.size}`);
  }
}

const PLAIN_FILES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);

function refusedEntry(entry: ReadEntry, archive: string): RefusedError {
  const isLink = entry.type === 'SymbolicLink' || entry.type === 'Link';
  const code = isLink ? 'envelope.link' : 'envelope.specialFile';
  return new RefusedError(code, { name: archive, entry: shown(entry.path) });
}
