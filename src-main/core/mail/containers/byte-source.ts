// Bytes read where they are wanted: a document in the spool, a slice of it, or a stream scattered over an OLE file.
// So that a container of any size is opened in a few blocks of memory, and a forged length costs nothing.
import { throwIfAborted } from '../../errors.ts';
import { readFull, type ReadAt } from '../../files/read-blocks.ts';

export interface ByteSource {
  readonly sizeBytes: number;
  /** Up to `length` bytes from `at`; fewer at the end, none behind it. Good until the next call only. */
  bytes(at: number, length: number): Promise<Buffer>;
}

/** Small reads near each other are served from one window of this size. */
const WINDOW_BYTES = 65_536;

export function bufferSource(buffer: Buffer): ByteSource {
  return {
    sizeBytes: buffer.length,
    bytes: (at, length) => Promise.resolve(buffer.subarray(at, at + length)),
  };
}

/** An open file; it stays the caller's to close. Throws what `read` throws. */
export function fileSource(read: ReadAt, sizeBytes: number): ByteSource {
  let window: Buffer = Buffer.alloc(0);
  let windowAt = 0;
  return {
    sizeBytes,
    async bytes(at, length) {
      const wanted = Math.max(0, Math.min(length, sizeBytes - at));
      if (at >= windowAt && at + wanted <= windowAt + window.length) {
        return window.subarray(at - windowAt, at - windowAt + wanted);
      }
      const into = Buffer.allocUnsafeSlow(Math.max(wanted, Math.min(WINDOW_BYTES, sizeBytes - at)));
      window = into.subarray(0, await readFull(read, into, at));
      windowAt = at;
      return window.subarray(0, wanted);
    },
  };
}

/** Cut at the end of `source`, whatever `length` says. */
export function sliceOf(source: ByteSource, from: number, length: number): ByteSource {
  const start = Math.min(from, source.sizeBytes);
  const sizeBytes = Math.max(0, Math.min(length, source.sizeBytes - start));
  return {
    sizeBytes,
    bytes: (at, wanted) => source.bytes(start + at, Math.max(0, Math.min(wanted, sizeBytes - at))),
  };
}

/** The first `limit` bytes in one buffer of the caller's own. */
export async function readUpTo(source: ByteSource, limit: number): Promise<Buffer> {
  const blocks: Buffer[] = [];
  const end = Math.min(limit, source.sizeBytes);
  for (let at = 0; at < end;) {
    const block = await source.bytes(at, Math.min(WINDOW_BYTES, end - at));
    if (block.length === 0) break;
    blocks.push(Buffer.from(block));
    at += block.length;
  }
  return Buffer.concat(blocks);
}

/** All of it, in blocks that are the caller's to keep. Throws CancelledError. */
export async function* blocksOf(source: ByteSource, signal: AbortSignal): AsyncGenerator<Buffer> {
  for (let at = 0; at < source.sizeBytes;) {
    throwIfAborted(signal);
    const block = await source.bytes(at, WINDOW_BYTES);
    if (block.length === 0) return;
    yield Buffer.from(block);
    at += block.length;
  }
}
