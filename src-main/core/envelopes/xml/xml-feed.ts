// Feeds bytes to the XML parser, except the text of elements that carry files. A parser makes one string of such a
// text, 100 MB of base64 in a PES; here those bytes go straight from the file to the element's payload sink.
//
// Sound because it never guesses: inside the text of an element the next `<` ends the text (XML 1.0 §2.4), and
// text is where the parser stands when one of its events (tag, comment, CDATA, instruction) ended after the last
// `<` it was given. Stretches without `<` are found by looking backwards, so ordinary markup costs nothing.
import { RefusedError } from '../../errors.ts';

const LT = 0x3c;
const GT = 0x3e;
const CDATA_START = Buffer.from('<![CDATA[');
const CDATA_END = Buffer.from(']]>');
/** Shorter texts are cheaper to parse than to look for. */
const STRETCH_BYTES = 4096;
/** Longest text handed to the parser; nothing that is looked for is longer. */
const MAX_TEXT_BYTES = 262_144;
const MAX_TRIES = 64;
/** Longest tag, comment or the like. */
const MAX_MARKUP_BYTES = 4_194_304;

export interface FeedTarget {
  /** To the parser. */
  parse(bytes: Buffer): void;
  /** Text of the current element. False = it has no sink: give it to the parser. */
  payload(bytes: Buffer): boolean;
  /** Some text was left out of what is parsed. */
  skipped(): void;
}

export class XmlFeed {
  readonly #target: FeedTarget;
  readonly #name: string;
  #mode: 'markup' | 'text' | 'cdata' = 'markup';
  #hasEvent = false;
  #carry: Buffer = Buffer.alloc(0);
  #markupBytes = 0;
  #textBytes = 0;

  constructor(target: FeedTarget, name: string) {
    this.#target = target;
    this.#name = name;
  }

  /** To be called by the parser's handlers whenever a construct ended, text excepted. */
  event(): void {
    this.#hasEvent = true;
    this.#markupBytes = 0;
  }

  /** The block is only borrowed. */
  push(block: Buffer): void {
    const bytes = this.#carry.length === 0 ? block : Buffer.concat([this.#carry, block]);
    this.#carry = Buffer.alloc(0);
    for (let at = 0; at < bytes.length;) {
      if (this.#mode === 'text') at = this.#text(bytes, at);
      else if (this.#mode === 'cdata') at = this.#cdata(bytes, at);
      else at = this.#markup(bytes, at);
    }
  }

  /** What was held back goes to the parser, which will say that the file is cut. */
  end(): void {
    if (this.#carry.length > 0) this.#parse(this.#carry);
    this.#carry = Buffer.alloc(0);
  }

  #markup(bytes: Buffer, at: number): number {
    const stretch = stretchWithoutTags(bytes, at);
    if (stretch > at) {
      if (isCutCdata(bytes, stretch - 1)) {
        this.#parse(bytes.subarray(at, stretch - 1));
        return this.#hold(bytes, stretch - 1);
      }
      this.#parse(bytes.subarray(at, stretch));
      this.#hasEvent = false;
      if (bytes.subarray(stretch - 1).indexOf(CDATA_START) === 0) return this.#openCdata(stretch);
    }
    const end = nextTag(bytes, stretch);
    const from = this.#parseToEvent(bytes, stretch, end);
    if (this.#hasEvent) {
      this.#mode = 'text';
      return from;
    }
    this.#parse(bytes.subarray(from, end));
    // Should the construct have ended in there, then part of the text is with the parser: all of it must be.
    this.#hasEvent = false;
    return end;
  }

  /** `>` by `>`, for the first may stand in an attribute. A text that is nothing but `>` is given up soon. */
  #parseToEvent(bytes: Buffer, stretch: number, end: number): number {
    let from = stretch;
    for (let tries = 0; !this.#hasEvent && tries < MAX_TRIES; tries++) {
      const close = bytes.indexOf(GT, from);
      if (close < 0 || close >= end) break;
      this.#parse(bytes.subarray(from, close + 1));
      from = close + 1;
    }
    return from;
  }

  /**
   * The parser has had the `<` and is given an empty section: if it says "a section ended", it stood in a text, and
   * the rest is the section's content. Otherwise it stands in a comment or the like, where these letters are harmless.
   */
  #openCdata(afterTag: number): number {
    this.#parse(Buffer.concat([CDATA_START.subarray(1), CDATA_END]));
    if (this.#hasEvent) this.#mode = 'cdata';
    return afterTag + CDATA_START.length - 1;
  }

  #cdata(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(CDATA_END, at);
    const stop = end >= 0 ? end : wholeCharacters(bytes, at, CDATA_END.length - 1);
    if (stop > at && !this.#target.payload(bytes.subarray(at, stop))) {
      const wrapped = [CDATA_START, bytes.subarray(at, stop), CDATA_END];
      if (this.#hasTextRoom(stop - at)) this.#parse(Buffer.concat(wrapped));
      else this.#target.skipped();
    }
    if (end < 0) return this.#hold(bytes, stop);
    this.#mode = 'text';
    return end + CDATA_END.length;
  }

  #text(bytes: Buffer, at: number): number {
    const end = nextTag(bytes, at);
    const text = bytes.subarray(at, end);
    if (text.length > 0 && !this.#target.payload(text)) {
      if (this.#hasTextRoom(text.length)) this.#target.parse(text);
      else this.#target.skipped();
    }
    if (end < bytes.length) {
      this.#mode = 'markup';
      this.#textBytes = 0;
    }
    return end;
  }

  #hasTextRoom(bytes: number): boolean {
    this.#textBytes += bytes;
    return this.#textBytes <= MAX_TEXT_BYTES;
  }

  #hold(bytes: Buffer, from: number): number {
    this.#carry = Buffer.from(bytes.subarray(from));
    return bytes.length;
  }

  #parse(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#markupBytes += bytes.length;
    this.#target.parse(bytes);
    if (this.#markupBytes > MAX_MARKUP_BYTES) {
      throw new RefusedError('envelope.xmlOversized', { name: this.#name });
    }
  }
}

/** Behind the last `<` before a long stretch without one; the stretch reaches at least to the end of the bytes. */
function stretchWithoutTags(bytes: Buffer, at: number): number {
  let start = at;
  for (;;) {
    const window = bytes.subarray(start, start + STRETCH_BYTES);
    const last = window.lastIndexOf(LT);
    if (last < 0) return start;
    start += last + 1;
  }
}

function nextTag(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(LT, from);
  return at < 0 ? bytes.length : at;
}

/** Where to stop so that neither a UTF-8 character nor an end of `held` bytes more is cut in two. */
function wholeCharacters(bytes: Buffer, at: number, held: number): number {
  let stop = Math.max(at, bytes.length - held);
  for (let back = 0; back < 3 && stop > at && ((bytes[stop] ?? 0) & 0xc0) === 0x80; back++) stop--;
  return stop;
}

/** The bytes end inside what may become `<![CDATA[`. */
function isCutCdata(bytes: Buffer, at: number): boolean {
  const rest = bytes.subarray(at);
  return rest.length < CDATA_START.length && CDATA_START.subarray(0, rest.length).equals(rest);
}
