// Collects decoded bytes into blocks worth a system call each, and hands every block over for good.
import type { PartSink } from '../sources/source.ts';

/** Small enough to stay cheap to allocate, large enough that a usual attachment is one or two writes. */
const BLOCK_BYTES = 131_072;
/** Encoders add line ends and padding: room for an estimate that is a little short. */
const SLACK_BYTES = 1024;

export class BlockWriter {
  readonly #sink: PartSink;
  #block: Buffer;
  #used = 0;
  #wait: Promise<void> | undefined;
  #leftBytes: number;

  /** `expectedBytes`: the decoded size as far as known; only sizes the first blocks. */
  constructor(sink: PartSink, expectedBytes: number | null) {
    this.#sink = sink;
    this.#leftBytes = expectedBytes ?? BLOCK_BYTES;
    this.#block = this.#newBlock(0);
  }

  /** A block with `bytes` free behind `offset`; fill it, then `commit`. */
  room(bytes: number): { readonly block: Buffer; readonly offset: number } {
    if (this.#block.length - this.#used < bytes) {
      this.#handOver();
      if (this.#block.length < bytes) this.#block = this.#newBlock(bytes);
    }
    return { block: this.#block, offset: this.#used };
  }

  commit(bytes: number): void {
    this.#used += bytes;
  }

  /** Copies. */
  append(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#used === this.#block.length) this.#handOver();
      const copied = bytes.copy(this.#block, this.#used, at);
      this.#used += copied;
      at += copied;
    }
  }

  /** What the sink asked to wait for, if anything; asked once per chunk of input. */
  takeWait(): Promise<void> | undefined {
    const wait = this.#wait;
    this.#wait = undefined;
    return wait;
  }

  /** Hands over the rest and ends the sink, at once or after the promise returned. */
  end(): Promise<void> | undefined {
    if (this.#used > 0) this.#write(this.#block.subarray(0, this.#used));
    const wait = this.takeWait();
    if (!wait) {
      this.#sink.end();
      return undefined;
    }
    return wait.then(() => {
      this.#sink.end();
    });
  }

  #handOver(): void {
    if (this.#used > 0) this.#write(this.#block.subarray(0, this.#used));
    this.#leftBytes -= this.#used;
    this.#used = 0;
    this.#block = this.#newBlock(0);
  }

  #newBlock(atLeast: number): Buffer {
    const wanted = Math.max(this.#leftBytes, 0) + SLACK_BYTES;
    const sizeBytes = Math.max(Math.min(wanted, BLOCK_BYTES), atLeast);
    return this.#sink.lend?.(sizeBytes) ?? Buffer.allocUnsafeSlow(sizeBytes);
  }

  #write(block: Buffer): void {
    const sink = this.#sink;
    this.#wait = this.#wait ? this.#wait.then(() => sink.write(block)) : sink.write(block);
  }
}
