// A tar or tar.gz (the @CTES archives) into the spool. Entry by entry, with our own limits and our own names on
// disk: the library's extraction leaves partial files behind and repairs unsafe names instead of refusing them.
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { AppError, RefusedError, throwIfAborted } from '../../errors.ts';
import { abandonable } from '../bytes/abandonable.ts';
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
  const packed = abandonable(createReadStream(file.path));
  const gunzip = abandonable(createGunzip());
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
  const unpacker = new TarUnpacker(file, unpackBudget(options.limits, file), options);
  const ended = Promise.withResolvers<undefined>();
  // A failure may come while nobody waits for it.
  ended.promise.catch(() => undefined);
  const parser = new Parser({ strict: true });
  parser.on('error', ended.reject);
  parser.on('abort', ended.reject);
  parser.on('ignoredEntry', (entry: ReadEntry) => {
    ended.reject(refusedEntry(entry, file.name));
  });
  parser.on('entry', (entry: ReadEntry) => {
    unpacker.take(entry).catch(ended.reject);
  });
  parser.on('end', () => {
    ended.resolve(undefined);
  });
  try {
    for await (const chunk of stream) {
      throwIfAborted(options.signal);
      if (!Buffer.isBuffer(chunk)) continue;
      const drained = Promise.withResolvers<undefined>();
      parser.once('drain', () => {
        drained.resolve(undefined);
      });
      if (!parser.write(chunk)) await Promise.race([drained.promise, ended.promise]);
    }
    parser.end();
    await ended.promise;
  } catch (error) {
    // What the library says after an entry was refused (write after end) is only a consequence.
    throw (await unpacker.settle()) ?? error;
  }
  const failure = await unpacker.settle();
  if (failure !== null) throw failure;
  return unpacker.finish();
}

type Taking = { readonly entry: ReadEntry; readonly work: Promise<void> };

class TarUnpacker {
  readonly #files: FileOnDisk[] = [];
  readonly #archive: string;
  readonly #budget: UnpackBudget;
  readonly #options: UnpackOptions;
  readonly #names: EntryNames;
  readonly #takings: Taking[] = [];

  constructor(archive: FileOnDisk, budget: UnpackBudget, options: UnpackOptions) {
    this.#archive = archive.name;
    this.#budget = budget;
    this.#options = options;
    this.#names = new EntryNames(archive.name);
  }

  take(entry: ReadEntry): Promise<void> {
    // Whoever reads the entry gets its error too; one that nobody hears would end the process.
    entry.on('error', () => undefined);
    const work = this.#take(entry);
    this.#takings.push({ entry, work });
    return work;
  }

  /** The first failure of an entry, ours before the library's. It lets the last entry of a cut archive wait for ever. */
  async settle(): Promise<Error | null> {
    for (const { entry } of this.#takings) {
      if (entry.remain > 0) entry.destroy(new Error('cut'));
    }
    const failures: unknown[] = [];
    for (const { work } of this.#takings) {
      await work.catch((error: unknown) => failures.push(error));
    }
    const failure = failures.find((error) => error instanceof AppError) ?? failures[0];
    return failure instanceof Error ? failure : null;
  }

  /** Something without a single entry is no tar at all. */
  finish(): FileOnDisk[] {
    if (this.#takings.length === 0) throw new Error('no entries');
    return this.#files;
  }

  async #take(entry: ReadEntry): Promise<void> {
    this.#budget.entry();
    const isFolder = entry.type === 'Directory' || entry.type === 'GNUDumpDir';
    if (!isFolder && !PLAIN_FILES.has(entry.type)) throw refusedEntry(entry, this.#archive);
    const name = isFolder ? null : this.#names.take(entry.path);
    if (name === null || isIgnoredName(name)) entry.resume();
    else await this.#write(entry, name);
  }

  async #write(entry: ReadEntry, name: string): Promise<void> {
    const number = this.#files.length;
    this.#files.push({ name, path: '', sizeBytes: entry.size });
    const file = await createSpoolFile(this.#options.spoolDir, number);
    let sizeBytes = 0;
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
    this.#files[number] = { name, path: file.path, sizeBytes };
  }
}

const PLAIN_FILES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);

function refusedEntry(entry: ReadEntry, archive: string): RefusedError {
  const isLink = entry.type === 'SymbolicLink' || entry.type === 'Link';
  const code = isLink ? 'envelope.link' : 'envelope.specialFile';
  return new RefusedError(code, { name: archive, entry: shown(entry.path) });
}
