// The header of a mail or of a part, taken from a stream line by line. Says where the body begins, which is not always
// behind a blank line: some writers forget it, some put a stray line between the fields.
import { HeaderReader, isMboxLine, type HeaderFields } from './header-reader.ts';

export type HeaderResult =
  | 'needMore'
  /** A line was taken: go on. */
  | 'line'
  /** The body begins at `next`; `stray`: bytes that were taken and belong to the body. */
  | { readonly next: number; readonly stray: Buffer | null };

export type HeaderEnd = {
  readonly fields: HeaderFields;
  readonly isCut: boolean;
  readonly isEmpty: boolean;
};

const LF = 10;
const DASH = 45;
const SPACE = 32;
const TAB = 9;
/** A line is judged by its beginning: longer ones are taken in pieces. */
const LONG_LINE = 1000;
/** Stray lines kept back until a field follows or the body turns out to have begun. */
const STRAY_BYTES = 8192;
const BASE64_LINE = /^[A-Za-z0-9+/]{4,}={0,2}\s*$/;

export class HeaderStep {
  readonly #reader: HeaderReader;
  /** Of a mail, not of a part: then stray lines are no end of it. */
  readonly #isMail: boolean;
  #stray: Buffer[] = [];
  #strayBytes = 0;
  #isMidLine = false;
  #isStrayLine = false;
  #isUntouched = true;

  constructor(isMail: boolean, maxChars: number) {
    this.#isMail = isMail;
    this.#reader = new HeaderReader(maxChars);
  }

  /** Nothing was taken yet, not even a line end. */
  get isUntouched(): boolean {
    return this.#isUntouched;
  }

  get isMidLine(): boolean {
    return this.#isMidLine;
  }

  /** Takes the line at `at`; `taken` is told where it ends. */
  take(data: Buffer, at: number, isLast: boolean, taken: (to: number) => void): HeaderResult {
    if (at >= data.length) return isLast ? this.#body(at, this.#stray.length > 0) : 'needMore';
    const lineEnd = data.indexOf(LF, at);
    if (lineEnd < 0 && !isLast && data.length - at < LONG_LINE) return 'needMore';
    const to = lineEnd < 0 ? data.length : lineEnd + 1;
    const isFirst = this.#isUntouched;
    this.#isUntouched = false;
    const result = this.#isMidLine ? this.#more(data, at, to) : this.#line(data, at, to, isFirst);
    if (result === 'line') {
      this.#isMidLine = lineEnd < 0;
      taken(to);
    }
    return result;
  }

  end(): HeaderEnd {
    const { isCut, count } = this.#reader;
    return { fields: this.#reader.end(), isCut, isEmpty: count === 0 };
  }

  #line(data: Buffer, at: number, to: number, isFirst: boolean): HeaderResult {
    this.#isStrayLine = false;
    if (this.#isMail && isFirst && isMboxLine(data, at)) return 'line';
    const isFolded = data[at] === SPACE || data[at] === TAB;
    if (isFolded && this.#stray.length > 0) return this.#keepStray(data, at, to);
    const verdict = this.#reader.line(data, at, to);
    if (verdict === 'field') {
      if (!isFolded) this.#dropStray();
      return 'line';
    }
    if (verdict === 'blank') return this.#blank(data, at, to);
    const isBoundary = data[at] === DASH && data[at + 1] === DASH;
    if (!this.#isMail) return this.#body(at, false);
    if (isBoundary || this.#reader.isBlankish || this.#strayBytes > STRAY_BYTES) {
      return this.#body(at, true);
    }
    return this.#keepStray(data, at, to);
  }

  #blank(data: Buffer, at: number, to: number): HeaderResult {
    if (this.#reader.count > 0 || !this.#isMail) {
      return this.#body(to, this.#isEncoded());
    }
    // A mail that begins with blank lines: a header may follow.
    if (this.#strayBytes > STRAY_BYTES) return this.#body(at, true);
    return this.#keepStray(data, at, to);
  }

  #more(data: Buffer, at: number, to: number): HeaderResult {
    if (!this.#isStrayLine) this.#reader.more(data, at, to);
    else if (this.#strayBytes <= STRAY_BYTES) this.#keepStray(data, at, to);
    else return this.#body(at, true);
    return 'line';
  }

  #keepStray(data: Buffer, at: number, to: number): 'line' {
    this.#stray.push(Buffer.from(data.subarray(at, to)));
    this.#strayBytes += to - at;
    this.#isStrayLine = true;
    return 'line';
  }

  #dropStray(): void {
    this.#stray = [];
    this.#strayBytes = 0;
  }

  #body(next: number, withStray: boolean): HeaderResult {
    const stray = withStray && this.#stray.length > 0 ? Buffer.concat(this.#stray) : null;
    return { next, stray };
  }

  // Lines of base64 without a blank line before them are the content, anything else before a blank line is not.
  #isEncoded(): boolean {
    return (
      this.#stray.length > 0 &&
      this.#stray.every((line) => BASE64_LINE.test(line.toString('latin1')))
    );
  }
}
