// Reads exact amounts from a stream of chunks of any size.

export class ExactBytes {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** null at the end of the stream. Throws Error `cut` when it ends in the middle. */
  async take(length: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    let missing = length;
    for await (const part of this.upTo(length)) {
      parts.push(part);
      missing -= part.length;
    }
    if (missing === length && length > 0) return null;
    if (missing > 0) throw new Error('cut');
    return Buffer.concat(parts);
  }

  /** The next `length` bytes in pieces; fewer at the end of the stream. */
  async *upTo(length: number): AsyncGenerator<Buffer, void, undefined> {
    let left = length;
    while (left > 0) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) return;
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      if (piece.length > 0) yield piece;
    }
  }
}
