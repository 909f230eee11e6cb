// Where the pieces of a mail lie while it is looked at: in memory as long as the mail is small, else in files of a folder that
// is the program's own. What a crash leaves there is swept at the next start; nothing in it needs to survive.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted, TransientError } from '../../errors.ts';
import type { PartSink } from '../../sources/source.ts';
import { bufferSource, fileSource, type ByteSource } from '../containers/byte-source.ts';

/** Bytes that are complete. */
export type Piece = {
  readonly sizeBytes: number;
  /** Random access; good as long as the spool. */
  source(): Promise<ByteSource>;
  /** All of it, once; the blocks are the receiver's, who may lend them. Throws CancelledError. */
  blocks(signal: AbortSignal, lend?: PartSink['lend']): AsyncIterable<Buffer> | Iterable<Buffer>;
  /** Its path, written out if need be, for those who read by name. */
  path(): Promise<string>;
};

export type Spooling = PartSink & { readonly piece: Promise<Piece> };

export type MailSpool = {
  readonly begin: () => Spooling;
  /** A piece of a file somebody else wrote into a `newFolder()`. */
  readonly adopt: (path: string, sizeBytes: number) => Piece;
  /** A new folder, for one who writes files of its own. */
  readonly newFolder: () => Promise<string>;
  /** Removes everything. Never throws. */
  readonly close: () => Promise<void>;
};

/** All pieces of one mail together; several mails are on their way at a time. */
export const MEMORY_BYTES = 12 * 1024 * 1024;
const BLOCK_BYTES = 131_072;

/** `parentDir` is made when it is first needed. */
export function createMailSpool(parentDir: string, memoryBytes = MEMORY_BYTES): MailSpool {
  let keptBytes = 0;
  let made: Promise<string> | null = null;
  let count = 0;
  const handles = new Set<FileHandle>();
  const folder = () => (made ??= makeFolder(parentDir));
  const newPath = async () => join(await folder(), `${++count}.part`);

  const filePiece = (path: string, sizeBytes: number): Piece => {
    let opened: Promise<ByteSource> | null = null;
    const source = () =>
      (opened ??= (async () => {
        const handle = await open(path, 'r').catch(spoolFailed);
        handles.add(handle);
        return fileSource(
          (into, length, at) => handle.read(into, 0, length, at).then((one) => one.bytesRead),
          sizeBytes,
        );
      })());
    return {
      sizeBytes,
      source,
      blocks: (signal, lend) => fileBlocks(path, signal, lend),
      path: () => Promise.resolve(path),
    };
  };

  const memoryPiece = (chunks: readonly Buffer[], sizeBytes: number): Piece => {
    let whole: Buffer | null = null;
    const joined = () =>
      (whole ??= chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    return {
      sizeBytes,
      source: () => Promise.resolve(bufferSource(joined())),
      blocks: () => chunks,
      path: async () => {
        const path = await newPath();
        const handle = await open(path, 'wx', 0o600).catch(spoolFailed);
        try {
          await handle.writeFile(joined()).catch(spoolFailed);
        } finally {
          await handle.close();
        }
        return path;
      },
    };
  };

  const begin = (): Spooling => {
    const outcome = Promise.withResolvers<Piece>();
    outcome.promise.catch(() => undefined);
    let chunks: Buffer[] = [];
    let sizeBytes = 0;
    let file: { readonly path: string; readonly handle: FileHandle } | null = null;
    /** One after the other; once one write has failed, nothing more is tried. */
    let tail: Promise<void> | null = null;
    const spill = async (bytes: readonly Buffer[]) => {
      if (!file) {
        const path = await newPath();
        const handle = await open(path, 'wx', 0o600).catch(spoolFailed);
        handles.add(handle);
        file = { path, handle };
      }
      for (const one of bytes) await writeAll(file.handle, one);
    };
    const chain = (work: () => Promise<void>): Promise<void> => {
      tail = tail ? tail.then(work) : work();
      tail.catch(() => undefined);
      return tail;
    };
    return {
      piece: outcome.promise,
      write(chunk) {
        sizeBytes += chunk.length;
        if (!tail) {
          chunks.push(chunk);
          keptBytes += chunk.length;
          if (keptBytes <= memoryBytes) return undefined;
        }
        const bytes = tail ? [chunk] : chunks;
        if (!tail) {
          keptBytes -= sizeBytes;
          chunks = [];
        }
        return chain(() => spill(bytes));
      },
      end() {
        const finish = async (): Promise<Piece> => {
          if (!tail) return memoryPiece(chunks, sizeBytes);
          await tail;
          if (!file) return memoryPiece([], 0);
          handles.delete(file.handle);
          await file.handle.close().catch(spoolFailed);
          return filePiece(file.path, sizeBytes);
        };
        outcome.resolve(finish());
      },
    };
  };

  return {
    begin,
    adopt: filePiece,
    async newFolder() {
      const path = join(await folder(), `${++count}.files`);
      await mkdir(path, { mode: 0o700 }).catch(spoolFailed);
      return path;
    },
    async close() {
      for (const handle of handles) await handle.close().catch(() => undefined);
      handles.clear();
      const path = await made?.catch(() => null);
      // What cannot be removed now is swept at the next start.
      if (path) await rm(path, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}

/** At the start of the program: what an earlier life left. Never throws. */
export async function sweepMailSpools(parentDir: string): Promise<void> {
  const names = await readdir(parentDir).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(PREFIX))) {
    await rm(join(parentDir, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

const PREFIX = 'mail-';

async function makeFolder(parentDir: string): Promise<string> {
  const path = join(parentDir, `${PREFIX}${randomUUID()}`);
  await mkdir(path, { recursive: true, mode: 0o700 }).catch(spoolFailed);
  return path;
}

/** Each block is a buffer of its own, for the receiver to keep, or one that he lent. */
async function* fileBlocks(
  path: string,
  signal: AbortSignal,
  lend: PartSink['lend'] = (sizeBytes) => Buffer.allocUnsafeSlow(sizeBytes),
): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r').catch(spoolFailed);
  try {
    for (;;) {
      throwIfAborted(signal);
      const block = lend(BLOCK_BYTES);
      const { bytesRead } = await handle.read(block, 0, BLOCK_BYTES).catch(spoolFailed);
      if (bytesRead === 0) return;
      yield block.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, at).catch(spoolFailed);
    at += bytesWritten;
  }
}

function spoolFailed(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  throw new TransientError('disk.spool', { code }, { cause: error });
}
