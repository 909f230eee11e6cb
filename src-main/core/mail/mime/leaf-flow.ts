// One leaf on its way: counted, its transfer encoding undone, and handed to its sink in pieces no larger than a block.
import type { PartSink } from '../../sources/source.ts';
import { decodedSize, decodeTo, normalEncoding, type Decoder } from '../transfer-decoder.ts';
import type { LeafProblem } from './mime-types.ts';
import { after, type Wait } from './waiting.ts';

/** A sink that goes on working behind its end. */
export interface Stage extends PartSink {
  /** After `end`. */
  settled(): Wait;
}

const TAIL_BYTES = 80;
const PADDING = 61;

export class LeafFlow {
  readonly #encoding: string;
  readonly #target: CountedSink | null;
  readonly #stage: Stage | null;
  /** Decoded size as far as it can be told before the first byte; null = not at all. */
  readonly #expectedBytes: number | null;
  readonly #isBase64: boolean;
  #decoder: Decoder | null = null;
  #tail: Buffer = Buffer.alloc(0);
  encodedBytes = 0;

  constructor(encoding: string, target: PartSink | Stage | null, leftBytes: number | null) {
    this.#encoding = encoding;
    this.#target = target ? new CountedSink(target) : null;
    this.#stage = target && 'settled' in target ? target : null;
    this.#expectedBytes = leftBytes === null ? null : decodedSize(encoding, leftBytes);
    this.#isBase64 = normalEncoding(encoding) === 'base64';
  }

  get decodedBytes(): number {
    return this.#target?.bytes ?? 0;
  }

  /** `isLast`: the leaf ends with these bytes. */
  write(bytes: Buffer, isLast: boolean): Wait {
    if (bytes.length === 0) return undefined;
    this.encodedBytes += bytes.length;
    if (!this.#target) return undefined;
    const isWhole = isLast && this.#decoder === null;
    this.#decoder ??= this.#newDecoder(this.#target, isWhole ? bytes.length : null);
    if (this.#isBase64) this.#tail = Buffer.from(bytes.subarray(-TAIL_BYTES));
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
    const needsPadding = this.#isBase64 && this.decodedBytes % 3 !== 0;
    if (needsPadding && !this.#tail.includes(PADDING)) found.push('cutEncoding');
    return found;
  }

  #newDecoder(target: PartSink, wholeBytes: number | null): Decoder {
    const exact = wholeBytes === null ? null : decodedSize(this.#encoding, wholeBytes);
    return decodeTo(target, this.#encoding, exact ?? this.#expectedBytes);
  }
}

class CountedSink implements PartSink {
  readonly #sink: PartSink;
  bytes = 0;

  constructor(sink: PartSink) {
    this.#sink = sink;
  }

  write(chunk: Buffer): Wait {
    this.bytes += chunk.length;
    return this.#sink.write(lean(chunk));
  }

  end(): void {
    this.#sink.end();
  }
}

/** A short rest must not keep its whole block alive: a mail may have thousands of small parts. */
function lean(chunk: Buffer): Buffer {
  return chunk.length * 2 < chunk.buffer.byteLength ? Buffer.from(chunk) : chunk;
}
