// Streaming uuencode, line by line: between `begin` and `end`, or all of it where a sender left those out.
import type { BlockWriter } from './block-writer.ts';
import type { Decoder } from './transfer-decoder.ts';

const LF = 10;
/** A data line has at most 61 characters; longer text is no uuencode and is not kept waiting for its end. */
const LONGEST_LINE = 1024;

export class UuDecoder implements Decoder {
  readonly #out: BlockWriter;
  #carry = '';
  #isOver = false;

  constructor(out: BlockWriter) {
    this.#out = out;
  }

  write(chunk: Buffer): Promise<void> | undefined {
    let from = 0;
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, from)) {
      this.#line(this.#carry + chunk.toString('latin1', from, at));
      this.#carry = '';
      from = at + 1;
    }
    this.#carry = (this.#carry + chunk.toString('latin1', from)).slice(0, LONGEST_LINE);
    return this.#out.takeWait();
  }

  end(): Promise<void> | undefined {
    this.#line(this.#carry);
    return this.#out.end();
  }

  #line(line: string): void {
    const text = line.replace(/\r$/, '');
    if (this.#isOver || text === '' || /^begin(?:-base64)? [0-7]{3,4} /.test(text)) return;
    if (text === 'end') {
      this.#isOver = true;
      return;
    }
    const count = sixBits(text, 0);
    // Trailing blanks may have been cut in transport: they stand for zero bits.
    if (count === 0 || Math.ceil(count / 3) * 4 + 1 < text.trimEnd().length - 1) return;
    const { block, offset } = this.#out.room(count + 2);
    for (let byte = 0; byte < count; byte += 3) {
      const at = 1 + (byte / 3) * 4;
      const bits =
        (sixBits(text, at) << 18) |
        (sixBits(text, at + 1) << 12) |
        (sixBits(text, at + 2) << 6) |
        sixBits(text, at + 3);
      block[offset + byte] = bits >> 16;
      block[offset + byte + 1] = bits >> 8;
      block[offset + byte + 2] = bits;
    }
    this.#out.commit(count);
  }
}

function sixBits(text: string, at: number): number {
  return at < text.length ? (text.charCodeAt(at) - 32) & 63 : 0;
}
