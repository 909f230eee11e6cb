// Values of a PDF file (ISO 32000-1 §7.3) parsed from bytes, leniently where readers are lenient, never recursing
// deeper than a limit. Pure.

export type PdfRef = { readonly kind: 'ref'; readonly number: number };
export type PdfName = { readonly kind: 'name'; readonly name: string };
export type PdfDict = ReadonlyMap<string, PdfValue>;
export type PdfValue =
  number | boolean | null | Buffer | PdfRef | PdfName | readonly PdfValue[] | PdfDict;

/** More bytes are needed than are there: ask again with a longer piece. */
export class PdfCut extends Error {}
/** Not a PDF value. */
export class PdfBroken extends Error {}

const MAX_DEPTH = 50;
const MAX_ITEMS = 200_000;

const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x0c || byte === 0;
/** `( ) < > [ ] { } / %` */
const DELIMITERS = new Set([0x28, 0x29, 0x3c, 0x3e, 0x5b, 0x5d, 0x7b, 0x7d, 0x2f, 0x25]);

export class PdfParser {
  readonly #bytes: Buffer;
  at: number;
  #items = 0;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Throws PdfCut, PdfBroken. */
  value(depth = 0): PdfValue {
    if (depth > MAX_DEPTH || ++this.#items > MAX_ITEMS) throw new PdfBroken('too deep or too long');
    this.skipSpace();
    const byte = this.#byte(this.at);
    switch (byte) {
      case 0x2f:
        return { kind: 'name', name: this.#name() };
      case 0x28:
        return this.#literalString();
      case 0x5b:
        return this.#array(depth);
      case 0x3c:
        return this.#byte(this.at + 1) === 0x3c ? this.#dict(depth) : this.#hexString();
      default:
        return this.#numberOrWord();
    }
  }

  skipSpace(): void {
    for (;;) {
      const byte = this.#byte(this.at);
      if (isSpace(byte)) this.at++;
      else if (byte === 0x25) this.#skipComment();
      else return;
    }
  }

  /** The next word (letters and digits), without consuming it when it is not `expected`. */
  takeWord(expected: string): boolean {
    this.skipSpace();
    const end = this.at + expected.length;
    if (end > this.#bytes.length) throw new PdfCut();
    if (this.#bytes.toString('latin1', this.at, end) !== expected) return false;
    this.at = end;
    return true;
  }

  #byte(at: number): number {
    const byte = this.#bytes[at];
    if (byte === undefined) throw new PdfCut();
    return byte;
  }

  #skipComment(): void {
    while (this.#byte(this.at) !== 0x0a && this.#byte(this.at) !== 0x0d) this.at++;
  }

  #word(): string {
    const start = this.at;
    while (!isSpace(this.#byte(this.at)) && !DELIMITERS.has(this.#byte(this.at))) this.at++;
    return this.#bytes.toString('latin1', start, this.at);
  }

  #name(): string {
    this.at++;
    return this.#word().replace(/#([0-9a-f]{2})/giu, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
  }

  #array(depth: number): PdfValue[] {
    this.at++;
    const items: PdfValue[] = [];
    for (;;) {
      this.skipSpace();
      if (this.#byte(this.at) === 0x5d) {
        this.at++;
        return items;
      }
      items.push(this.value(depth + 1));
    }
  }

  #dict(depth: number): PdfDict {
    this.at += 2;
    const entries = new Map<string, PdfValue>();
    for (;;) {
      this.skipSpace();
      if (this.#byte(this.at) === 0x3e) {
        this.at += this.#byte(this.at + 1) === 0x3e ? 2 : 1;
        return entries;
      }
      if (this.#byte(this.at) !== 0x2f) throw new PdfBroken('key expected');
      const key = this.#name();
      entries.set(key, this.value(depth + 1));
    }
  }

  #numberOrWord(): PdfValue {
    const word = this.#word();
    if (/^[+-]?\d+$/u.test(word)) return this.#refOrInteger(word);
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)$/u.test(word)) return Number(word);
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    throw new PdfBroken(`word ${word.slice(0, 20)}`);
  }

  /** `12 0 R` is one value, `12` and `12 0` are not. */
  #refOrInteger(word: string): PdfValue {
    const after = /^[\s\0]{1,20}\d{1,5}[\s\0]{1,20}R(?![A-Za-z0-9])/u.exec(
      this.#bytes.toString('latin1', this.at, this.at + 50),
    );
    if (after === null) return Number(word);
    this.at += after[0].length;
    return { kind: 'ref', number: Number(word) };
  }

  #hexString(): Buffer {
    const end = this.#bytes.indexOf(0x3e, this.at);
    if (end < 0) throw new PdfCut();
    const digits = this.#bytes.toString('latin1', this.at + 1, end).replace(/[^0-9a-f]/giu, '');
    this.at = end + 1;
    return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
  }

  /** Balanced parentheses, escapes, octal numbers (§7.3.4.2). */
  #literalString(): Buffer {
    const bytes: number[] = [];
    let depth = 1;
    this.at++;
    for (;;) {
      const byte = this.#byte(this.at++);
      if (byte === 0x5c) {
        this.#escape(bytes);
        continue;
      }
      if (byte === 0x28) depth++;
      else if (byte === 0x29 && --depth === 0) return Buffer.from(bytes);
      bytes.push(byte);
    }
  }

  #escape(bytes: number[]): void {
    const byte = this.#byte(this.at++);
    const octal = /^[0-7]{1,3}/u.exec(this.#bytes.toString('latin1', this.at - 1, this.at + 2));
    if (octal !== null) {
      bytes.push(parseInt(octal[0], 8) & 0xff);
      this.at += octal[0].length - 1;
    } else if (byte === 0x0d) {
      if (this.#byte(this.at) === 0x0a) this.at++;
    } else if (byte !== 0x0a) bytes.push(ESCAPES.get(byte) ?? byte);
  }
}

const ESCAPES = new Map([
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x62, 0x08],
  [0x66, 0x0c],
]);

export const isDict = (value: PdfValue | undefined): value is PdfDict => value instanceof Map;

export const isArray = (value: PdfValue | undefined): value is readonly PdfValue[] =>
  Array.isArray(value);

export const isRef = (value: PdfValue | undefined): value is PdfRef =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'ref';

export const nameOf = (value: PdfValue | undefined): string =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'name'
    ? value.name
    : '';

/** A text string: UTF-16 with its mark, UTF-8 with its mark, else close enough to Latin 1 (§7.9.2.2). */
export function textOf(value: PdfValue | undefined): string {
  if (!Buffer.isBuffer(value)) return '';
  if (value[0] === 0xfe && value[1] === 0xff) return new TextDecoder('utf-16be').decode(value);
  if (value[0] === 0xef && value[1] === 0xbb) return new TextDecoder().decode(value);
  return value.toString('latin1');
}
