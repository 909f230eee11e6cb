// Bytes that can be read at any place, again and again: a file on disk, or a part already in memory.
// Everything that recognises envelopes reads through this, so that nothing needs a whole file in memory.
import { open } from 'node:fs/promises';
import { GoneError, TransientError } from '../../errors.ts';
import type { ReadAt } from '../../files/read-blocks.ts';

export interface ByteSource {
  /** For reasons and warnings: the name inside its unit. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Throws GoneError `envelope.gone`, TransientError `envelope.unreadable`. The caller closes. */
  open(): Promise<OpenBytes>;
}

export interface OpenBytes {
  readonly read: ReadAt;
  /** Never throws. */
  close(): Promise<void>;
}

export type FileOnDisk = {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
};

export function fileBytes(file: FileOnDisk): ByteSource {
  return {
    name: file.name,
    sizeBytes: file.sizeBytes,
    async open() {
      const handle = await open(file.path, 'r').catch((error: unknown) => {
        throw readError(error, file.name);
      });
      return {
        read: (into, length, position) =>
          handle.read(into, 0, length, position).then(
            ({ bytesRead }) => bytesRead,
            (error: unknown) => {
              throw readError(error, file.name);
            },
          ),
        // A read-only handle has nothing to lose when its closing fails.
        close: () => handle.close().catch(() => undefined),
      };
    },
  };
}

export function bufferBytes(name: string, bytes: Buffer): ByteSource {
  return {
    name,
    sizeBytes: bytes.length,
    open: () =>
      Promise.resolve({
        read: (into, length, position) =>
          Promise.resolve(bytes.copy(into, 0, position, position + length)),
        close: () => Promise.resolve(),
      }),
  };
}

/** Opens, hands over, closes. */
export async function withBytes<T>(
  source: ByteSource,
  use: (read: ReadAt) => Promise<T>,
): Promise<T> {
  const bytes = await source.open();
  try {
    return await use(bytes.read);
  } finally {
    await bytes.close();
  }
}

/** The first `length` bytes, or fewer. */
export async function headOf(source: ByteSource, length: number): Promise<Buffer> {
  return withBytes(source, (read) => readRange(read, 0, length));
}

/** Exactly what lies there: shorter at the end of the file. */
export async function readRange(read: ReadAt, position: number, length: number): Promise<Buffer> {
  const into = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = await read(into.subarray(filled), length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return into.subarray(0, filled);
}

function readError(error: unknown, name: string): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return new GoneError('envelope.gone', { name }, { cause: error });
  return new TransientError('envelope.unreadable', { name, code }, { cause: error });
}
