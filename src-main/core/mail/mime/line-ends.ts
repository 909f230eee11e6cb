// Mails with CR alone as line end, as old Mac programs save them: recognised at the beginning, read as if they had LF.

const CR = 13;
const LF = 10;
const LOOK_BYTES = 4096;

export class LineEnds {
  #kind: 'unknown' | 'usual' | 'cr' = 'unknown';
  #kept: Buffer = Buffer.alloc(0);

  get isCr(): boolean {
    return this.#kind === 'cr';
  }

  /** What can be read now; empty as long as it is not clear. */
  pass(chunk: Buffer): Buffer {
    if (this.#kind === 'usual') return chunk;
    if (this.#kind === 'cr') return withLf(chunk);
    const head = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    if (!head.includes(LF) && head.length < LOOK_BYTES) {
      // The chunk is only borrowed.
      this.#kept = Buffer.from(head);
      return Buffer.alloc(0);
    }
    return this.#decide(head);
  }

  /** What was kept back. */
  end(): Buffer {
    return this.#kind === 'unknown' ? this.#decide(this.#kept) : Buffer.alloc(0);
  }

  #decide(head: Buffer): Buffer {
    this.#kept = Buffer.alloc(0);
    const isCr =
      !head.includes(LF) && /^[!-9;-~]+:[^\r]*\r[!-9;-~]+:/.test(head.toString('latin1'));
    this.#kind = isCr ? 'cr' : 'usual';
    return isCr ? withLf(head) : head;
  }
}

function withLf(chunk: Buffer): Buffer {
  return Buffer.from(chunk.map((byte) => (byte === CR ? LF : byte)));
}
