// Cuts the bytes of an IMAP server into response lines and literals (RFC 9051 §2.2.2, §4.3). A literal somebody
// wants goes straight to him, piece by piece; the others are kept beside their line, within limits.
import { protocolError } from './imap-errors.ts';

/** One complete response. In `text` (bytes as latin1, no line end) LITERAL_MARK stands for each kept literal. */
export type ResponseLine = { readonly text: string; readonly literals: readonly Buffer[] };

/** Pieces are borrowed: they are overwritten after the call. A promise returned is waited for before going on. */
export type LiteralSink = {
  readonly write: (piece: Buffer) => Promise<void> | undefined;
  readonly end: () => Promise<void> | undefined;
};

export type ResponseReceiver = {
  readonly line: (line: ResponseLine) => Promise<void> | undefined;
  /** Asked when a literal begins; `text` is the response so far. Null = keep it with the line. */
  readonly literal: (text: string, sizeBytes: number) => LiteralSink | null;
};

/** `rest` must be pushed again, first, once `wait` has resolved; it is a copy. */
export type Stopped = { readonly wait: Promise<void>; readonly rest: Buffer };

/** Outside of latin1, so no server can send it. */
export const LITERAL_MARK = '\uE000';
/** What a streamed literal leaves in the text. */
export const STREAMED_MARK = '\uE001';

/** The longest honest lines are SEARCH answers (8 bytes per message) and structures of thousands of parts. */
const MAX_RESPONSE_CHARS = 16 * 1024 * 1024;
const MAX_KEPT_LITERAL_BYTES = 1024 * 1024;
const MAX_KEPT_LITERALS = 20_000;

const LF = 10;

export class ResponseReader {
  readonly #receiver: ResponseReceiver;
  #text = '';
  #literals: Buffer[] = [];
  #leftBytes = 0;
  #sink: LiteralSink | null = null;
  #kept: Buffer | null = null;

  constructor(receiver: ResponseReceiver) {
    this.#receiver = receiver;
  }

  /** True between two responses. */
  get isAtStart(): boolean {
    return this.#text === '' && this.#sink === null && this.#kept === null;
  }

  /** Throws TransientError `imap.protocol` when the server breaks the rules: the connection is of no use then. */
  push(chunk: Buffer): Stopped | undefined {
    let at = 0;
    while (at < chunk.length) {
      let wait: Promise<void> | undefined;
      if (this.#leftBytes > 0) {
        const to = Math.min(at + this.#leftBytes, chunk.length);
        wait = this.#literalPiece(chunk.subarray(at, to));
        at = to;
      } else {
        const lineEnd = chunk.indexOf(LF, at);
        const to = lineEnd < 0 ? chunk.length : lineEnd;
        this.#text += chunk.toString('latin1', at, to);
        if (this.#text.length > MAX_RESPONSE_CHARS) throw protocolError('line too long');
        at = to + 1;
        if (lineEnd >= 0) wait = this.#lineEnded();
      }
      if (wait) return { wait, rest: Buffer.from(chunk.subarray(at)) };
    }
    return undefined;
  }

  #lineEnded(): Promise<void> | undefined {
    const text = this.#text.endsWith('\r') ? this.#text.slice(0, -1) : this.#text;
    const size = literalSize(text);
    if (size === null) {
      const literals = this.#literals;
      this.#text = '';
      if (literals.length > 0) this.#literals = [];
      return this.#receiver.line({ text, literals });
    }
    const before = text.slice(0, text.lastIndexOf('{')).replace(/~$/, '');
    this.#sink = this.#receiver.literal(before, size);
    if (this.#sink) {
      this.#text = before + STREAMED_MARK;
    } else {
      if (size > MAX_KEPT_LITERAL_BYTES || this.#literals.length >= MAX_KEPT_LITERALS) {
        throw protocolError('literal too large');
      }
      this.#kept = Buffer.alloc(size);
      this.#text = before + LITERAL_MARK;
    }
    this.#leftBytes = size;
    return size === 0 ? this.#literalEnded() : undefined;
  }

  #literalPiece(piece: Buffer): Promise<void> | undefined {
    let wait: Promise<void> | undefined;
    if (this.#sink) wait = this.#sink.write(piece);
    else if (this.#kept) piece.copy(this.#kept, this.#kept.length - this.#leftBytes);
    this.#leftBytes -= piece.length;
    if (this.#leftBytes > 0) return wait;
    if (!wait) return this.#literalEnded();
    return wait.then(() => this.#literalEnded());
  }

  #literalEnded(): Promise<void> | undefined {
    const sink = this.#sink;
    if (this.#kept) this.#literals.push(this.#kept);
    this.#kept = null;
    this.#sink = null;
    return sink?.end();
  }
}

/** The size announced at the end of a line, `{12}` or `{12+}`; null when there is none. */
function literalSize(text: string): number | null {
  if (!text.endsWith('}')) return null;
  const found = /\{(\d{1,15})\+?\}$/.exec(text.slice(-20));
  return found?.[1] === undefined ? null : Number(found[1]);
}
