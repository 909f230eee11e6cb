// A tar or tar.gz (the @CTES archives) into the spool. The library reads headers; the walk is ours, because its parser
// waits for ever on some damaged archives, takes cut ones for whole, and repairs unsafe names instead of refusing.
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Header, Pax } from 'tar';
import { RefusedError, throwIfAborted } from '../../errors.ts';
import { abandonable } from '../bytes/abandonable.ts';
import type { FileOnDisk } from '../bytes/byte-source.ts';
import { isIgnoredName } from '../unit/ignored-names.ts';
import { EntryNames, shown } from './entry-name.ts';
import { ExactBytes } from './exact-bytes.ts';
import { appendTo, createSpoolFile } from './spool-file.ts';
import { type UnpackBudget, unpackBudget } from './unpack-budget.ts';
import { archiveError, type UnpackOptions } from './unpack-zip.ts';

const BLOCK_BYTES = 512;
/** Long names and the like. */
const MAX_EXTENSION_BYTES = 65_536;

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
    const stream: AsyncIterable<Buffer> = isGzip ? packed.pipe(gunzip) : packed;
    return await new TarWalk(file, stream, options).files();
  } catch (error) {
    throw archiveError(error, file.name);
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

/** What extension headers say of the next entry (pax, GNU long names), and of all (pax global). */
type Extensions = { next: Pax | undefined; all: Pax | undefined; longPath: string | undefined };

class TarWalk {
  readonly #archive: string;
  readonly #bytes: ExactBytes;
  readonly #budget: UnpackBudget;
  readonly #options: UnpackOptions;
  readonly #names: EntryNames;
  readonly #files: FileOnDisk[] = [];
  #extensions: Extensions = { next: undefined, all: undefined, longPath: undefined };

  constructor(archive: FileOnDisk, stream: AsyncIterable<Buffer>, options: UnpackOptions) {
    this.#archive = archive.name;
    this.#bytes = new ExactBytes(stream);
    this.#budget = unpackBudget(options.limits, archive);
    this.#options = options;
    this.#names = new EntryNames(archive.name);
  }

  async files(): Promise<FileOnDisk[]> {
    for (let entries = 0; ; entries++) {
      throwIfAborted(this.#options.signal);
      const block = await this.#bytes.take(BLOCK_BYTES);
      // Some tools leave the closing zero blocks out.
      const header = block === null ? null : this.#header(block);
      if (header === null || header.nullBlock) {
        if (entries === 0) throw new Error('no entries');
        await this.#readToEnd();
        return this.#files;
      }
      this.#budget.entry();
      await this.#entry(header);
    }
  }

  #header(block: Buffer): Header {
    const { next, all } = this.#extensions;
    const header = new Header(block, 0, next, all);
    if (!header.nullBlock && !header.cksumValid) throw new Error('header checksum');
    return header;
  }

  async #entry(header: Header): Promise<void> {
    const size = header.size ?? -1;
    if (!Number.isSafeInteger(size) || size < 0) throw new Error('entry size');
    if (await this.#extension(header, size)) return;
    const path = this.#extensions.longPath ?? header.path ?? '';
    this.#extensions = { next: undefined, all: this.#extensions.all, longPath: undefined };
    const isFolder = header.type === 'Directory' || header.type === 'GNUDumpDir';
    if (!isFolder && !PLAIN_FILES.has(header.type)) throw this.#refused(header, path);
    const name = isFolder ? null : this.#names.take(path);
    if (name === null || isIgnoredName(name)) await this.#skip(size);
    else await this.#write(name, size);
    await this.#skip((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
  }

  /** True when it was one. */
  async #extension(header: Header, size: number): Promise<boolean> {
    if (!EXTENSIONS.has(header.type)) return false;
    if (size > MAX_EXTENSION_BYTES) throw new Error('extension header');
    const body = (await this.#bytes.take(size))?.toString() ?? '';
    await this.#skip((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
    const known = this.#extensions;
    if (header.type === 'GlobalExtendedHeader') {
      this.#extensions = { ...known, all: Pax.parse(body, known.all, true) };
    } else if (header.type.endsWith('ExtendedHeader')) {
      this.#extensions = { ...known, next: Pax.parse(body, known.next) };
    } else if (header.type !== 'NextFileHasLongLinkpath') {
      this.#extensions = { ...known, longPath: body.replace(/\0.*$/su, '') };
    }
    return true;
  }

  async #write(name: string, size: number): Promise<void> {
    const file = await createSpoolFile(this.#options.spoolDir, this.#files.length);
    let sizeBytes = 0;
    try {
      for await (const piece of this.#bytes.upTo(size)) {
        this.#budget.bytes(piece.length);
        sizeBytes += piece.length;
        await appendTo(file, piece);
      }
    } finally {
      await file.handle.close();
    }
    if (sizeBytes !== size) throw new Error('cut');
    this.#files.push({ name, path: file.path, sizeBytes });
  }

  async #skip(length: number): Promise<void> {
    let left = length;
    for await (const piece of this.#bytes.upTo(length)) {
      this.#budget.bytes(piece.length);
      left -= piece.length;
    }
    if (left > 0) throw new Error('cut');
  }

  /** The checksum of a gzip stands at its very end. */
  async #readToEnd(): Promise<void> {
    for await (const piece of this.#bytes.upTo(Infinity)) this.#budget.bytes(piece.length);
  }

  #refused(header: Header, path: string): RefusedError {
    const isLink = header.type === 'SymbolicLink' || header.type === 'Link';
    const code = isLink ? 'envelope.link' : 'envelope.specialFile';
    return new RefusedError(code, { name: this.#archive, entry: shown(path) });
  }
}

const PLAIN_FILES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);
const EXTENSIONS: ReadonlySet<string> = new Set([
  'GlobalExtendedHeader',
  'ExtendedHeader',
  'OldExtendedHeader',
  'NextFileHasLongPath',
  'OldGnuLongPath',
  'NextFileHasLongLinkpath',
]);
