// Attachment files of the outbox, below `dataDir/outbox`. What is stored here is on the disk, with its hash, before
// a message is promised; what no message wants any more is swept.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ConfigError, RefusedError, throwIfAborted } from '../../errors.ts';
import { sourceError, targetError } from '../../files/files-errors.ts';
import { flushFolder } from '../../files/flush-folder.ts';
import { newId } from '../../new-id.ts';

export type StoredFile = {
  /** Name below the folder; ours, never the sender's. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** A small file: stored with its message's row. */
  readonly bytes?: Buffer;
};

/** Where small files are. */
export type Blobs = {
  readonly read: (file: string) => Buffer | undefined;
};

export interface AttachmentStore {
  /** Throws ConfigError `attachment.missing`, `attachment.notAFile`, or what the disk says. */
  fromPath(path: string, signal: AbortSignal): Promise<StoredFile>;
  /** Throws like `fromPath`; reads nothing. */
  sizeOf(path: string): Promise<number>;
  /** Throws RefusedError `attachment.tooLarge` past `maxBytes`. */
  fromStream(
    bytes: AsyncIterable<unknown>,
    signal: AbortSignal,
    maxBytes?: number,
  ): Promise<StoredFile>;
  /** Null: a file of its own, to be read as a stream. Throws RefusedError `outbox.attachmentDamaged`. */
  whole(stored: StoredFile & { readonly name: string }): Buffer | null;
  /** Read from its beginning, nothing before somebody reads; fails with RefusedError `outbox.attachmentDamaged`. */
  read(stored: StoredFile & { readonly name: string }): Readable;
  /** What is no longer there is removed already; small ones go with their message's row. Never throws. */
  remove(files: readonly string[]): Promise<void>;
  /** Removes files older than a day that `wanted` does not name. */
  sweep(wanted: ReadonlySet<string>, now: Date): Promise<number>;
}

const DAY_MS = 24 * 3600 * 1000;
const ROW = '.row';
/** Up to this size a file costs less as a part of the row than the flushes of its own. */
const SMALL_BYTES = 256 * 1024;
const SHAPE = /^[0-9a-z]{10}\.bin$/;

export function createAttachmentStore(dataDir: string, blobs: Blobs): AttachmentStore {
  const folder = join(dataDir, 'outbox');

  const write = async (
    bytes: AsyncIterable<unknown>,
    signal: AbortSignal,
    maxBytes: number,
  ): Promise<StoredFile> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = `${newId()}.bin`;
    const path = join(folder, file);
    const handle = await open(path, 'wx', 0o600);
    try {
      const digest = await copy(bytes, handle, { signal, maxBytes });
      await handle.sync();
      await handle.close();
      await flushFolder(folder);
      return { file, ...digest };
    } catch (thrown) {
      await handle.close().catch(() => undefined);
      await rm(path, { force: true });
      throw targetError(thrown, folder);
    }
  };

  return {
    async fromPath(path, signal) {
      if ((await expectFile(path)) > SMALL_BYTES) return write(readBlocks(path), signal, Infinity);
      const bytes = await readSmall(path);
      // It has grown since.
      if (bytes.length > SMALL_BYTES) return write(readBlocks(path), signal, Infinity);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { file: `${newId()}${ROW}`, sizeBytes: bytes.length, sha256, bytes };
    },
    sizeOf: expectFile,
    fromStream: (bytes, signal, maxBytes = Infinity) => write(bytes, signal, maxBytes),
    whole: (stored) => {
      if (!stored.file.endsWith(ROW)) return null;
      const bytes = blobs.read(stored.file);
      if (bytes === undefined || !isAsStored(bytes, stored)) throw damaged(stored.name);
      return bytes;
    },
    read: (stored) => {
      const blocks = stored.file.endsWith(ROW)
        ? blobBlocks(blobs.read(stored.file))
        : createReadStreamLazily(join(folder, stored.file));
      return Readable.from(checked(blocks, stored), { objectMode: false });
    },
    remove: async (files) => {
      await Promise.all(
        files
          .filter((file) => !file.endsWith(ROW))
          .map((file) => rm(join(folder, file), { force: true }).catch(() => undefined)),
      );
    },
    sweep: async (wanted, now) => {
      const names = await readdir(folder).catch(() => []);
      let swept = 0;
      for (const name of names) {
        if (wanted.has(name) || !SHAPE.test(name)) continue;
        const stats = await stat(join(folder, name)).catch(() => null);
        if (stats === null || now.getTime() - stats.mtimeMs < DAY_MS) continue;
        await rm(join(folder, name), { force: true });
        swept += 1;
      }
      return swept;
    },
  };
}

const BLOCK = 256 * 1024;

async function expectFile(path: string): Promise<number> {
  const field = 'attachments';
  const stats = await stat(path).catch((cause: unknown) => {
    throw new ConfigError('attachment.missing', { path }, { cause, field });
  });
  if (!stats.isFile()) throw new ConfigError('attachment.notAFile', { path }, { field });
  return stats.size;
}

async function* readBlocks(path: string): AsyncGenerator<unknown> {
  try {
    yield* createReadStream(path, { highWaterMark: BLOCK });
  } catch (thrown) {
    throw sourceError(thrown, path);
  }
}

async function copy(
  bytes: AsyncIterable<unknown>,
  handle: FileHandle,
  { signal, maxBytes }: { readonly signal: AbortSignal; readonly maxBytes: number },
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    throwIfAborted(signal);
    const block = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    sizeBytes += block.length;
    if (sizeBytes > maxBytes) throw new RefusedError('attachment.tooLarge', { maxBytes });
    hash.update(block);
    await handle.writeFile(block);
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

async function readSmall(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (thrown) {
    throw sourceError(thrown, path);
  }
}

/** Opened when somebody reads: a message may have many attachments. */
async function* createReadStreamLazily(path: string): AsyncGenerator<unknown> {
  yield* createReadStream(path, { highWaterMark: BLOCK });
}

function* blobBlocks(bytes: Buffer | undefined): Generator<Buffer> {
  if (bytes !== undefined) yield bytes;
}

const damaged = (name: string, cause?: unknown): RefusedError =>
  new RefusedError('outbox.attachmentDamaged', { name }, { cause });

const isAsStored = (bytes: Buffer, { sizeBytes, sha256 }: StoredFile): boolean =>
  bytes.length === sizeBytes && createHash('sha256').update(bytes).digest('hex') === sha256;

async function* checked(
  blocks: AsyncIterable<unknown> | Iterable<unknown>,
  { name, sizeBytes, sha256 }: StoredFile & { readonly name: string },
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let read = 0;
  try {
    for await (const chunk of blocks) {
      if (!Buffer.isBuffer(chunk)) continue;
      hash.update(chunk);
      read += chunk.length;
      yield chunk;
    }
  } catch (thrown) {
    throw damaged(name, thrown);
  }
  if (read !== sizeBytes || hash.digest('hex') !== sha256) throw damaged(name);
}
