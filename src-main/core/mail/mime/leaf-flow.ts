// One leaf on its way: counted, its transfer encoding undone, and handed to its sink in pieces no larger than a block.
import type { PartSink } from '../../sources/source.ts';
import { countedSink, type CountedSink } from '../containers/counted-sink.ts';
import { decodedSize, decodeTo, normalEncoding, type Decoder } from '../transfer-decoder.ts';
import type { LeafProblem } from './mime-types.ts';
import { after, type Wait } from './waiting.ts';

/** A sink that goes on working behind its end. */
export interface Stage extends PartSink {
  /** After `end`. */
  settled(): Wait;
}

/** Room for the last line of base64 and some blank ones. */
const TAIL_BYTES = 200;
/** Line ends behind the only line. */
const BLANK_BYTES = 8;
const LF = 10;
const CR = 13;

export class LeafFlow {
  readonly #encoding: string;
  readonly #target: CountedSink | null;
  readonly #stage: Stage | null;
  /** Decoded size as far as it can be told before the first byte; null = not at all. */
  readonly #expectedBytes: number | null;
  readonly #isBase64: boolean;
  #decoder: Decoder | null = null;
  #tail: Buffer = Buffer.alloc(0);
  /** Length of the first line of base64; null = no line end yet. */
  #firstLine: number | null = null;
  encodedBytes = 0;

  constructor(encoding: string, target: PartSink | Stage | null, leftBytes: number | null) {
    this.#encoding = encoding;
    this.#target = target ? countedSink(target) : null;
    this.#stage = target && 'settled' in target ? target : null;
    this.#expectedBytes = leftBytes === null ? null : decodedSize(encoding, leftBytes);
    this.#isBase64 = normalEncoding(encoding) === 'base64';
  }

  get decodedBytes(): number {
    return this.#target?.bytes() ?? 0;
  }

  /** `isLast`: the leaf ends with these bytes. */
  write(bytes: Buffer, isLast: boolean): Wait {
    if (bytes.length === 0) return undefined;
    this.encodedBytes += bytes.length;
    if (!this.#target) return undefined;
    const isWhole = isLast && this.#decoder === null;
    this.#decoder ??= this.#newDecoder(this.#target, isWhole ? bytes.length : null);
    if (this.#isBase64) this.#keepTail(bytes);
    return this.#decoder.write(bytes);
  }

  end(): Wait {
    if (!this.#target) return undefined;
    this.#decoder ??= this.#newDecoder(this.#target, 0);
    return after(this.#decoder.end(), () => this.#stage?.settled());
  }

  /** What the bytes themselves tell, after the end. */
  problems(isNamed: boolean, isTruncated: boolean): readonly LeafProblem[] {
    const found: LeafProblem[] = [];
    if (isTruncated) found.push('truncated');
    const isKnown = this.#target !== null;
    if (isNamed && (isKnown ? this.decodedBytes === 0 : this.encodedBytes === 0)) {
      found.push('empty');
    }
    if (this.#isBase64 && isKnown && this.#isCut()) found.push('cutEncoding');
    return found;
  }

  /** Base64 comes in groups of four: whether the last one is there as a whole. */
  #isCut(): boolean {
    const tail = this.#tail.toString('latin1').trimEnd();
    if (this.decodedBytes % 3 !== 0) return !tail.includes('=');
    // One digit too many decodes to nothing, so only the lines tell.
    const firstLine = this.#firstLine ?? this.encodedBytes;
    const isOnly = this.encodedBytes - firstLine <= BLANK_BYTES;
    if (isOnly) return firstLine % 4 === 1;
    const lastLine = tail.slice(tail.lastIndexOf('\n') + 1);
    const digits = lastLine.replace(/[^A-Za-z0-9+/=]/g, '').length;
    return firstLine % 4 === 0 && lastLine.length < tail.length && digits % 4 === 1;
  }

  #keepTail(bytes: Buffer): void {
    const lineEnd = this.#firstLine === null ? bytes.indexOf(LF) : -1;
    if (lineEnd >= 0) {
      const lineBytes = bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
      this.#firstLine = this.encodedBytes - bytes.length + lineBytes;
    }
    const tail = bytes.subarray(-TAIL_BYTES);
    const isLong = tail.length === TAIL_BYTES;
    this.#tail = isLong
      ? Buffer.from(tail)
      : Buffer.concat([this.#tail, tail]).subarray(-TAIL_BYTES);
  }

  #newDecoder(target: PartSink, wholeBytes: number | null): Decoder {
    const exact = wholeBytes === null ? null : decodedSize(this.#encoding, wholeBytes);
    return decodeTo(target, this.#encoding, exact ?? this.#expectedBytes);
  }
}
