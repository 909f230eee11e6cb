// Writes one large document to its temporary file while it arrives: hashed on arrival, one block written at a time,
// about a megabyte under way; then flushed, and read again to be compared by its hash.
import { createHash } from 'node:crypto';
import { CancelledError, throwIfAborted } from '../errors.ts';
import type { DiskCalls } from './disk-calls.ts';
import type { BlockPool } from './block-pool.ts';
import type { Lanes } from './lanes.ts';
import { createPressure } from './pressure.ts';
import { BLOCK_BYTES, type Digest, hashAll, type ReadAt } from './read-blocks.ts';
import { withNewFile } from './temp-file.ts';
import { unequal, writeAll } from './verified-write.ts';

/** Chunks from this size on are written as they are; smaller ones are gathered first. */
const WHOLE_CHUNK_BYTES = 64 * 1024;
const QUEUE_BYTES = 1024 * 1024;

export type StreamTools = {
  readonly disk: DiskCalls;
  /** Few documents are read again at once. */
  readonly large: Lanes<undefined>;
  readonly blocks: BlockPool;
};

export interface StreamWriter {
  /** After a failure the bytes are dropped: the outcome is told by `finished`. */
  push(chunk: Buffer): void;
  /** See Pressure. */
  wait(): Promise<void> | undefined;
  end(): void;
  cancel(): void;
  /** Settles when the file is proven, or removed again. */
  readonly finished: Promise<Digest>;
}

export function startStream(tempPath: string, { disk, large, blocks }: StreamTools): StreamWriter {
  const hash = createHash('sha256');
  const pressure = createPressure(QUEUE_BYTES);
  const stop = new AbortController();
  let queue: Buffer[] = [];
  let isEnded = false;
  let isOver = false;
  let wake: (() => void) | undefined;
  const notify = (): void => {
    wake?.();
    wake = undefined;
  };

  /** What has arrived, up to one block; undefined after the last. */
  const nextBlock = async (block: Buffer): Promise<Buffer | undefined> => {
    while (queue.length === 0 && !isEnded && !stop.signal.aborted) {
      await new Promise<void>((resolve) => (wake = resolve));
    }
    throwIfAborted(stop.signal);
    return gather(queue, block);
  };

  const pump = async (fd: number): Promise<number> => {
    const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    let position = 0;
    for (;;) {
      const bytes = await nextBlock(block);
      if (bytes === undefined) return position;
      await writeAll(disk, fd, bytes, position);
      position += bytes.length;
      pressure.remove(bytes.length);
      blocks.giveBack(bytes);
    }
  };

  const prove = async (fd: number, sizeBytes: number): Promise<Digest> => {
    await disk.sync(fd);
    const readBack: ReadAt = (into, length, position) => disk.read(fd, into, length, position);
    const { sha256 } = await hashAll(readBack, stop.signal);
    if (sha256 !== hash.digest('hex')) throw unequal();
    return { sha256, sizeBytes };
  };

  const run = async (): Promise<Digest> => {
    try {
      return await withNewFile(disk, tempPath, async (fd) => {
        const sizeBytes = await pump(fd);
        return large.run(() => prove(fd, sizeBytes));
      });
    } finally {
      isOver = true;
      queue = [];
      // Whoever still waits to write may go on: the bytes are dropped.
      pressure.remove(Number.POSITIVE_INFINITY);
    }
  };

  return {
    push(chunk) {
      if (isOver || isEnded || stop.signal.aborted || chunk.length === 0) return;
      hash.update(chunk);
      queue.push(chunk);
      pressure.add(chunk.length);
      notify();
    },
    wait: () => pressure.wait(),
    end() {
      isEnded = true;
      notify();
    },
    cancel() {
      stop.abort(new CancelledError());
      notify();
    },
    finished: run(),
  };
}

/** Takes the first large chunk, or as many small ones as fit into the block. */
function gather(queue: Buffer[], block: Buffer): Buffer | undefined {
  const first = queue[0];
  if (first === undefined || first.length >= WHOLE_CHUNK_BYTES) return queue.shift();
  let filled = 0;
  let taken = 0;
  for (const chunk of queue) {
    if (filled + chunk.length > block.length) break;
    chunk.copy(block, filled);
    filled += chunk.length;
    taken += 1;
  }
  queue.splice(0, taken);
  return block.subarray(0, filled);
}
