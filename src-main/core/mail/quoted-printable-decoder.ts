// Streaming quoted-printable (RFC 2045 §6.7). White space at line ends is transport padding and goes;
// what is no valid escape stays as it is written, for no byte may be lost.
import type { BlockWriter } from './block-writer.ts';
import type { Decoder } from './transfer-decoder.ts';

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const EQUALS = 61;

const HEX = new Int8Array(256).fill(-1);
for (const [value, char] of [...'0123456789ABCDEF'].entries()) {
  HEX[char.charCodeAt(0)] = value;
  HEX[char.toLowerCase().charCodeAt(0)] = value;
}

export class QuotedPrintableDecoder implements Decoder {
  readonly #out: BlockWriter;
  /** What cannot be decided yet: `=`, `=A`, `= \r`, or white space that may end a line. */
  #undecided = Buffer.alloc(0);

  constructor(out: BlockWriter) {
    this.#out = out;
  }

  write(chunk: Buffer): Promise<void> | undefined {
    const text = this.#undecided.length > 0 ? Buffer.concat([this.#undecided, chunk]) : chunk;
    const keep = this.#decode(text, false);
    this.#undecided = Buffer.from(text.subarray(keep));
    return this.#out.takeWait();
  }

  end(): Promise<void> | undefined {
    this.#decode(this.#undecided, true);
    return this.#out.end();
  }

  /** Decodes as far as it can be decided; returns where it stopped. */
  #decode(text: Buffer, isLast: boolean): number {
    const { block, offset } = this.#out.room(text.length);
    let to = offset;
    let at = 0;
    while (at < text.length) {
      const byte = text[at] ?? 0;
      if (byte !== EQUALS && byte !== SPACE && byte !== TAB) {
        block[to++] = byte;
        at++;
        continue;
      }
      if (byte === EQUALS) {
        const high = HEX[text[at + 1] ?? 0] ?? -1;
        const low = HEX[text[at + 2] ?? 0] ?? -1;
        if (high >= 0 && low >= 0) {
          block[to++] = high * 16 + low;
          at += 3;
          continue;
        }
        if (!isLast && at + 2 >= text.length && (at + 1 >= text.length || high >= 0)) break;
      }
      const blankTo = endOfBlanks(text, byte === EQUALS ? at + 1 : at);
      const isCut = blankTo >= text.length || (text[blankTo] === CR && blankTo + 1 >= text.length);
      // A run of blanks this long is no padding; keeping it undecided would cost memory.
      if (isCut && !isLast && blankTo - at < 1000) break;
      const lineEnd = isLast && blankTo >= text.length ? blankTo : endOfLine(text, blankTo);
      if (lineEnd > 0 && byte === EQUALS) {
        at = lineEnd; // soft line break
      } else if (lineEnd > 0) {
        at = blankTo; // padding: dropped, the line end itself stays
      } else {
        text.copy(block, to, at, Math.max(blankTo, at + 1));
        to += Math.max(blankTo, at + 1) - at;
        at = Math.max(blankTo, at + 1);
      }
    }
    this.#out.commit(to - offset);
    return at;
  }
}

function endOfBlanks(text: Buffer, from: number): number {
  let at = from;
  while (text[at] === SPACE || text[at] === TAB) at++;
  return at;
}

/** Behind the line end that begins at `at`; 0 when none does. */
function endOfLine(text: Buffer, at: number): number {
  if (text[at] === LF) return at + 1;
  return text[at] === CR && text[at + 1] === LF ? at + 2 : 0;
}
