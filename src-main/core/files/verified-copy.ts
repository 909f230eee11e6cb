// Copies a large file into a new one, flushes it, and proves the copy byte for byte against a second reading of the
// original, of which the hash is taken on the way.
import { throwIfAborted } from '../errors.ts';
import type { DiskCalls } from './disk-calls.ts';
import { BLOCK_BYTES, type Digest, hashEqual, type ReadAt } from './read-blocks.ts';
import { awaitedLater, quietly, withNewFile } from './temp-file.ts';
import { writeAll } from './verified-write.ts';

/** The system's copy cannot be stopped: only for what takes seconds. */
const SYSTEM_COPY_BYTES = 256 * 1024 * 1024;
const BUFFERS = 4;

export type CopyOrder = {
  readonly disk: DiskCalls;
  readonly from: string;
  /** The original, open. */
  readonly read: ReadAt;
  readonly sizeBytes: number;
  readonly tempPath: string;
  /** The rights of a file made by this process. */
  readonly documentMode: number;
  readonly signal: AbortSignal;
};

/** The temporary file is gone when this throws. */
export async function copyVerified(order: CopyOrder): Promise<Digest> {
  const { disk, read, tempPath, signal } = order;
  return (
    (await copyBySystem(order)) ??
    withNewFile(disk, tempPath, async (fd) => {
      await pump(disk, read, fd, signal);
      return prove(order, fd);
    })
  );
}

/**
 * A fifth faster than reading and writing, where it is safe: not on Windows, where it would take the read-only
 * attribute and the "from the internet" mark along. Undefined where it does not apply or failed: the other way
 * tells the error.
 */
async function copyBySystem(order: CopyOrder): Promise<Digest | undefined> {
  const { disk, from, tempPath, documentMode } = order;
  if (process.platform === 'win32' || order.sizeBytes > SYSTEM_COPY_BYTES) return undefined;
  let isCopied = false;
  try {
    return await withNewFile(disk, tempPath, async (fd) => {
      // It opens our new, empty file again and fills it, and lends it the original's rights: taken back here.
      await disk.copy(from, tempPath);
      isCopied = true;
      await disk.fchmod(fd, documentMode);
      return prove(order, fd);
    });
  } catch (thrown) {
    if (isCopied) throw thrown;
    return undefined;
  }
}

async function prove({ disk, read, signal }: CopyOrder, fd: number): Promise<Digest> {
  await disk.sync(fd);
  const readBack: ReadAt = (into, length, position) => disk.read(fd, into, length, position);
  return hashEqual(read, readBack, signal);
}

/** Reads the next block while the last ones are written. */
async function pump(disk: DiskCalls, read: ReadAt, fd: number, signal: AbortSignal): Promise<void> {
  const lanes = Array.from({ length: BUFFERS }, () => ({
    buffer: Buffer.allocUnsafeSlow(BLOCK_BYTES),
    written: Promise.resolve(),
  }));
  let position = 0;
  try {
    for (let turn = 0; ; turn++) {
      throwIfAborted(signal);
      const lane = lanes[turn % BUFFERS];
      if (lane === undefined) break;
      await lane.written;
      const count = await read(lane.buffer, BLOCK_BYTES, position);
      if (count === 0) break;
      const bytes = lane.buffer.subarray(0, count);
      lane.written = awaitedLater(writeAll(disk, fd, bytes, position));
      position += count;
    }
    for (const lane of lanes) await lane.written;
  } finally {
    // The file is closed after an error: not under a write that is still under way.
    for (const lane of lanes) await quietly(lane.written);
  }
}
