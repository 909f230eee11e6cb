// Takes the byte stream of a POP3 server apart (RFC 1939 §3): status lines, and multi-line bodies with their dots un-stuffed,
// handed on piece by piece. Where a read is cut makes no difference: between a dot and its line end as anywhere else.
import { protocolError, type PopReply } from './pop-errors.ts';

/** Pieces are borrowed: they are overwritten after the call. A promise returned is waited for before going on. */
export type BodySink = {
  readonly write: (piece: Buffer) => Promise<void> | undefined;
  /** The terminator has come: nothing is missing. */
  readonly end: () => Promise<void> | undefined;
};

export type ReplyReceiver = {
  /** A status line, without its end. A sink = a body follows, and goes there. */
  readonly status: (reply: PopReply, line: string) => BodySink | Promise<void> | undefined;
};

/** `rest` must be pushed again, first, once `wait` has resolved; it is the reader's own, and good until the next stop. */
export type Stopped = { readonly wait: Promise<void>; readonly rest: Buffer };

/** RFC 2449 §4 says 512; some greet with poems. */
const MAX_LINE_BYTES = 8192;
const LF = 10;
const CR = 13;
const DOT = 46;
const EMPTY = Buffer.alloc(0);

export class ReplyReader {
  readonly #receiver: ReplyReceiver;
  #line = EMPTY;
  #body: BodySink | null = null;
  /** In a body: the next byte begins a line. */
  #isLineStart = true;
  /** A dot at the beginning of a line, whose meaning the next bytes decide. */
  #carry = EMPTY;
  #kept = EMPTY;

  constructor(receiver: ReplyReceiver) {
    this.#receiver = receiver;
  }

  /** Nothing has been read that is not answered for. */
  get isAtStart(): boolean {
    return this.#line.length === 0 && this.#body === null;
  }

  /** Throws TransientError `pop.protocol`: the connection is of no use then. */
  push(bytes: Buffer): Stopped | undefined {
    let data = bytes;
    if (this.#carry.length > 0) {
      data = Buffer.concat([this.#carry, bytes]);
      this.#carry = EMPTY;
    }
    for (let at = 0; at < data.length;) {
      const step = this.#body ? this.#bodyStep(this.#body, data, at) : this.#lineStep(data, at);
      at = step.next;
      if (step.wait) return { wait: step.wait, rest: this.#keep(data.subarray(at)) };
    }
    return undefined;
  }

  /** In one place for all stops: a large mail stops thousands of times. */
  #keep(rest: Buffer): Buffer {
    if (this.#kept.length < rest.length) this.#kept = Buffer.allocUnsafeSlow(rest.length);
    return this.#kept.subarray(0, rest.copy(this.#kept));
  }

  #lineStep(data: Buffer, at: number): Step {
    const lineEnd = data.indexOf(LF, at);
    const to = lineEnd < 0 ? data.length : lineEnd;
    const piece = data.subarray(at, to);
    this.#line = this.#line.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#line, piece]);
    if (this.#line.length > MAX_LINE_BYTES) throw protocolError('line too long');
    if (lineEnd < 0) return { next: to, wait: undefined };
    const text = this.#line.toString('utf8').replace(/\r$/, '');
    this.#line = EMPTY;
    const after = this.#receiver.status(parseReply(text), text);
    if (after && 'write' in after) {
      this.#body = after;
      this.#isLineStart = true;
      return { next: lineEnd + 1, wait: undefined };
    }
    return { next: lineEnd + 1, wait: after };
  }

  /** Up to the next dot that begins a line, and that dot. */
  #bodyStep(body: BodySink, data: Buffer, at: number): Step {
    let dot = this.#isLineStart && data[at] === DOT ? at : -1;
    if (dot < 0) {
      const found = data.indexOf('\n.', at, 'latin1');
      dot = found < 0 ? -1 : found + 1;
    }
    if (dot < 0) {
      this.#isLineStart = data[data.length - 1] === LF;
      return { next: data.length, wait: body.write(data.subarray(at)) };
    }
    const before = data.subarray(at, dot);
    const [next, afterNext] = [data[dot + 1], data[dot + 2]];
    if (next === undefined || (next === CR && afterNext === undefined)) {
      this.#carry = Buffer.from(data.subarray(dot));
      this.#isLineStart = true;
      return { next: data.length, wait: before.length > 0 ? body.write(before) : undefined };
    }
    const isEnd = next === LF || (next === CR && afterNext === LF);
    if (!isEnd) {
      this.#isLineStart = false;
      return { next: dot + 1, wait: before.length > 0 ? body.write(before) : undefined };
    }
    this.#body = null;
    const wait = before.length > 0 ? body.write(before) : undefined;
    return {
      next: dot + (next === LF ? 2 : 3),
      wait: wait ? wait.then(() => body.end()) : body.end(),
    };
  }
}

type Step = { readonly next: number; readonly wait: Promise<void> | undefined };

/** `-ERR [IN-USE] Mailbox is locked` taken apart; `+ ` is the server's turn in a sign-in (RFC 5034 §4). */
function parseReply(text: string): PopReply {
  const found =
    /^(\+OK|-ERR|\+)(?:[ \t]+|$)(?:\[([A-Za-z0-9/._-]{1,40})[^\]]{0,100}\][ \t]*)?(.*)$/is.exec(
      text,
    );
  const mark = found?.[1]?.toUpperCase();
  if (mark === undefined)
    throw protocolError(`unexpected reply ${JSON.stringify(text.slice(0, 80))}`);
  const status = mark === '+OK' ? 'ok' : mark === '+' ? 'continue' : 'error';
  return { status, code: found?.[2]?.toUpperCase() ?? '', text: found?.[3] ?? '' };
}
