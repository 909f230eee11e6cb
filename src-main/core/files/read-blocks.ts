// Reads block by block, one block ahead, with two buffers whatever the size: for hashing what is on the disk
// already, and for comparing a copy with its original byte for byte.
import { createHash } from 'node:crypto';
import { throwIfAborted } from '../errors.ts';
import { awaitedLater, quietly } from './temp-file.ts';
import { unequal } from './verified-write.ts';

/** Reads at a position of one open file; may give fewer bytes than asked, 0 at the end. */
export type ReadAt = (into: Buffer, length: number, position: number) => Promise<number>;

export type Digest = {
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
};

/** Larger blocks gained nothing (64 KiB to 1 MiB measured). */
export const BLOCK_BYTES = 256 * 1024;

export async function hashAll(read: ReadAt, signal: AbortSignal): Promise<Digest> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const block of readBlocks(read, signal)) {
    hash.update(block);
    sizeBytes += block.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

/**
 * The digest of a copy that was compared with its original on the way: one hash and a comparison of memory cost
 * half of two hashes, and prove more. Throws TransientError `disk.writtenOtherwise` at the first difference.
 */
export async function hashEqual(
  original: ReadAt,
  copy: ReadAt,
  signal: AbortSignal,
): Promise<Digest> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const copied = readBlocks(copy, signal);
  try {
    for await (const block of readBlocks(original, signal)) {
      const other = await copied.next();
      if (other.done === true || !block.equals(other.value)) throw unequal();
      hash.update(block);
      sizeBytes += block.length;
    }
    if ((await copied.next()).done !== true) throw unequal();
  } finally {
    await copied.return(undefined);
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

/** Full blocks but for the last; each is overwritten two steps later. Throws CancelledError when aborted. */
export async function* readBlocks(
  read: ReadAt,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  let [current, spare] = [Buffer.allocUnsafeSlow(BLOCK_BYTES), Buffer.allocUnsafeSlow(BLOCK_BYTES)];
  let position = 0;
  let next = awaitedLater(readFull(read, current, position));
  try {
    for (;;) {
      throwIfAborted(signal);
      const count = await next;
      if (count < BLOCK_BYTES) {
        if (count > 0) yield current.subarray(0, count);
        return;
      }
      const block = current;
      position += count;
      [current, spare] = [spare, current];
      next = awaitedLater(readFull(read, current, position));
      yield block;
    }
  } finally {
    // The consumer is going to close the file: not under a read that is still under way.
    await quietly(next);
  }
}

/** A read may give less than asked for before the end: two files are compared block by block, so fill them. */
export async function readFull(read: ReadAt, into: Buffer, position: number): Promise<number> {
  let filled = await read(into, into.length, position);
  while (filled > 0 && filled < into.length) {
    const rest = into.subarray(filled);
    const count = await read(rest, rest.length, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}
