// Streaming base64. Whole lines of one length, as nearly every mail has, are decoded natively; anything else
// (odd lines, padding inside, foreign characters: RFC 2045 §6.8 says to skip them) goes the exact, slower way.
import { Base64Dashes } from './base64-dashes.ts';
import type { BlockWriter } from './block-writer.ts';
import type { Decoder } from './transfer-decoder.ts';

const LF = 10;
const CR = 13;
const PADDING = 61;
/** Longer strings leave V8's ordinary heap, which costs more than decoding them. */
const PIECE_BYTES = 65_536;
/** A carried line longer than this is no line: the text has no line ends. */
const LONGEST_LINE = 1024;

const IS_BASE64 = new Uint8Array(256);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_') {
  IS_BASE64[char.charCodeAt(0)] = 1;
}

export class Base64Decoder implements Decoder {
  readonly #out: BlockWriter;
  readonly #dashes = new Base64Dashes();
  /** A line cut by the end of a chunk, or what remains of a group of four. */
  #carry = Buffer.alloc(0);
  #quantum = '';
  /** Behind padding there may be another encoded text, or a footer somebody glued on, which is not ours. */
  #isPadded = false;
  #isOver = false;

  constructor(out: BlockWriter) {
    this.#out = out;
  }

  write(bytes: Buffer): Promise<void> | undefined {
    const chunk = this.#dashes.clean(bytes);
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      this.#piece(chunk.subarray(at, at + PIECE_BYTES));
    }
    return this.#out.takeWait();
  }

  end(): Promise<void> | undefined {
    this.#anyText(this.#carry);
    this.#endGroup();
    return this.#out.end();
  }

  #piece(piece: Buffer): void {
    let from = 0;
    if (this.#carry.length > 0) {
      const lineEnd = piece.indexOf(LF);
      from = lineEnd < 0 ? piece.length : lineEnd + 1;
      this.#carry = Buffer.concat([this.#carry, piece.subarray(0, from)]);
      if (lineEnd < 0 && this.#carry.length < LONGEST_LINE) return;
      this.#anyText(this.#carry);
      this.#carry = Buffer.alloc(0);
    }
    const to = piece.lastIndexOf(LF) + 1;
    if (to > from) this.#lines(piece.subarray(from, to));
    const rest = piece.subarray(Math.max(from, to));
    if (rest.length > LONGEST_LINE) this.#anyText(rest);
    else this.#carry = Buffer.from(rest);
  }

  #lines(text: Buffer): void {
    if (this.#isPadded) {
      for (let from = 0; from < text.length;) {
        const to = text.indexOf(LF, from) + 1 || text.length;
        this.#anyText(text.subarray(from, to));
        from = to;
      }
      return;
    }
    const stride = text.indexOf(LF) + 1;
    const lineEndBytes = text[stride - 2] === CR ? 2 : 1;
    const chars = stride - lineEndBytes;
    const count =
      this.#quantum === '' && chars > 0 && chars % 4 === 0 ? countLines(text, stride) : 0;
    if (count > 1) {
      const wanted = (count * chars * 3) / 4;
      const { block, offset } = this.#out.room(wanted);
      const got = block.write(text.toString('latin1', 0, count * stride), offset, 'base64');
      if (got === wanted) {
        this.#out.commit(got);
        this.#anyText(text.subarray(count * stride));
        return;
      }
    }
    this.#anyText(text);
  }

  #anyText(text: Buffer): void {
    if (text.length === 0 || this.#isOver) return;
    if (this.#isPadded && !isEncodedLine(text)) {
      this.#isOver = true;
      return;
    }
    let chars = this.#quantum;
    let from = -1;
    for (let at = 0; at < text.length; at++) {
      const byte = text[at] ?? 0;
      if (IS_BASE64[byte] === 1) {
        if (from < 0) from = at;
        continue;
      }
      if (from >= 0) {
        chars += text.toString('latin1', from, at);
        from = -1;
      }
      if (byte === PADDING) {
        // The end of one encoded text; some senders join several (RFC 4648 §3.2 gives no other use for it).
        this.#quantum = chars;
        this.#endGroup();
        chars = '';
        this.#isPadded = true;
      } else if (byte === LF && this.#isPadded) {
        this.#groups(chars);
        this.#lines(text.subarray(at + 1));
        return;
      }
    }
    if (from >= 0) chars += text.toString('latin1', from);
    this.#groups(chars);
  }

  #groups(chars: string): void {
    const whole = chars.length - (chars.length % 4);
    this.#decode(chars.slice(0, whole));
    this.#quantum = chars.slice(whole);
  }

  #endGroup(): void {
    const chars = this.#quantum;
    this.#quantum = '';
    this.#decode(chars);
  }

  #decode(chars: string): void {
    if (chars === '') return;
    const { block, offset } = this.#out.room(Math.ceil((chars.length * 3) / 4));
    this.#out.commit(block.write(chars, offset, 'base64'));
  }
}

/** Whole groups of base64 and nothing else, or an empty line. */
function isEncodedLine(text: Buffer): boolean {
  const line = text.toString('latin1').trim();
  return line.length % 4 === 0 && /^[A-Za-z0-9+/_-]*={0,3}$/.test(line);
}

/** How many lines of exactly `stride` bytes the text begins with. */
function countLines(text: Buffer, stride: number): number {
  let count = 0;
  for (let at = stride - 1; at < text.length && text[at] === LF; at += stride) count++;
  return count;
}
