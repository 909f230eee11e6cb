// Blocks of memory that are used again and again for documents on their way to the disk: V8 counts what lies outside of its
// heap late, and would let 60 MB of used-up buffers pile up before it looks.

export interface BlockPool {
  /** A block of at least `sizeBytes`; its content is whatever was in it. */
  lend(sizeBytes: number): Buffer;
  /** Takes back what `lend` gave, whole or a part of it, once nobody reads it any more; anything else is left alone. */
  giveBack(bytes: Buffer): void;
}

/** What the decoders ask for at most. */
const BLOCK_BYTES = 128 * 1024;
/** Smaller ones cost little, and would leave most of a block unused. */
const SMALLEST_BYTES = 16 * 1024;

/** Keeps at most `keptBlocks` free blocks; lends any number. */
export function createBlockPool(keptBlocks: number): BlockPool {
  const free: Buffer[] = [];
  // Weakly: what is given up on the way is nobody's to give back.
  const lent = new WeakSet<ArrayBufferLike>();
  return {
    lend(sizeBytes) {
      if (sizeBytes < SMALLEST_BYTES || sizeBytes > BLOCK_BYTES) {
        return Buffer.allocUnsafeSlow(sizeBytes);
      }
      const block = free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
      lent.add(block.buffer);
      return block;
    },
    giveBack({ buffer }) {
      if (!lent.delete(buffer) || free.length >= keptBlocks) return;
      free.push(Buffer.from(buffer));
    },
  };
}
