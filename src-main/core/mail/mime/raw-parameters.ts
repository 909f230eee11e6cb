// `value; name=value; name="value"` as senders really write it, in one pass and linear time: unquoted blanks, Windows
// paths with single backslashes, quotes inside of quotes, a missing semicolon or closing quote.

export type RawParameters = {
  /** What stands before the first semicolon, without comments. */
  readonly value: string;
  /** Still encoded; names as written. */
  readonly pairs: readonly (readonly [name: string, value: string])[];
};

export function splitParameters(text: string): RawParameters {
  const scanner = new Scanner(text);
  const value = scanner.head();
  const pairs: (readonly [string, string])[] = [];
  for (let pair = scanner.next(); pair; pair = scanner.next()) pairs.push(pair);
  return { value, pairs };
}

// Names before which a semicolon was forgotten, since nothing else has them behind a value.
const FORGOTTEN = /\s(?:name|filename|charset|boundary|format|type)\*?\d{0,5}\*?=/iy;
const FORGOTTEN_ANYWHERE = /\s(?:name|filename|charset|boundary)\*?\d{0,5}\*?=/i;
const BLANK_AND_NAME = /\s[a-z][a-z0-9-]{0,40}(?:\*\d{0,5})?\*?=/iy;
const NEXT_PARAMETER = /;\s{0,100}[a-z][a-z0-9-]{0,40}(?:\*\d{0,5})?\*?=/i;
const ENCODED_WORDS = /(?:=\?[^?]{1,100}\?[bq]\?[^?]*\?=\s*)+/iy;

class Scanner {
  readonly #text: string;
  #at = 0;
  /** Where the next semicolon is; searched for once. */
  #semicolon = -1;
  /** A quote was found that nothing closes: then nothing closes the later ones either. */
  #isUnclosed = false;

  constructor(text: string) {
    this.#text = text;
  }

  head(): string {
    const text = this.#text;
    let value = '';
    let hasText = false;
    while (this.#at < text.length && text[this.#at] !== ';') {
      const isBlank = isWhite(text, this.#at);
      if (text[this.#at] === '(') {
        this.#at = endOfComment(text, this.#at);
        continue;
      }
      FORGOTTEN.lastIndex = this.#at;
      if (isBlank && hasText && FORGOTTEN.test(text)) break;
      hasText ||= !isBlank;
      value += text[this.#at] ?? '';
      this.#at++;
    }
    return value.trim();
  }

  next(): readonly [name: string, value: string] | null {
    const text = this.#text;
    for (;;) {
      this.#at = skipBlanks(text, this.#at);
      if (this.#at >= text.length) return null;
      const from = this.#at;
      while (this.#at < text.length && text[this.#at] !== '=' && text[this.#at] !== ';') this.#at++;
      const name = text.slice(from, this.#at).trim();
      if (text[this.#at] !== '=') continue;
      this.#at = skipWhite(text, this.#at + 1);
      const value = text[this.#at] === '"' ? this.#quoted() : this.#unquoted();
      if (name !== '') return [name, value];
    }
  }

  #unquoted(): string {
    const text = this.#text;
    const from = this.#at;
    ENCODED_WORDS.lastIndex = from;
    const words = text.startsWith('=?', from) ? ENCODED_WORDS.exec(text)?.[0].length : undefined;
    const searchFrom = from + (words ?? 0);
    if (this.#semicolon < searchFrom) {
      const found = text.indexOf(';', searchFrom);
      this.#semicolon = found < 0 ? text.length : found;
    }
    const value = text.slice(from, this.#semicolon);
    const cut = FORGOTTEN_ANYWHERE.exec(value)?.index ?? value.length;
    this.#at = from + cut;
    return value.slice(0, cut).trim();
  }

  #quoted(): string {
    const text = this.#text;
    if (this.#isUnclosed) return this.#unclosed();
    let value = '';
    let copied = this.#at + 1;
    for (let at = copied; at < text.length; at++) {
      const char = text[at];
      if (char === '\\') {
        const next = text[at + 1];
        // Any other backslash is a Windows path, not the escape RFC 5322 §3.2.1 would make of it.
        if (next !== '"' && next !== '\\') continue;
        value += text.slice(copied, at) + next;
        copied = at + 2;
        at++;
      } else if (char === '"') {
        const behind = skipWhite(text, at + 1);
        if (endsHere(text, at + 1, behind)) {
          this.#at = behind;
          return value + text.slice(copied, at);
        }
        if (text[behind] !== '"') continue;
        // Two quoted strings in a row are one (RFC 5322 §3.2.4).
        value += text.slice(copied, at);
        copied = behind + 1;
        at = behind;
      }
    }
    this.#isUnclosed = true;
    return this.#unclosed();
  }

  #unclosed(): string {
    const rest = this.#text.slice(this.#at + 1);
    const cut = NEXT_PARAMETER.exec(rest)?.index ?? rest.length;
    this.#at += 1 + cut;
    return rest.slice(0, cut).replace(/"$/, '');
  }
}

function endsHere(text: string, quoteEnd: number, behind: number): boolean {
  if (behind >= text.length || text[behind] === ';' || text[behind] === '(') return true;
  BLANK_AND_NAME.lastIndex = behind - 1;
  return behind > quoteEnd && BLANK_AND_NAME.test(text);
}

/** White space, separators and comments. */
function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    if (text[at] === '(') at = endOfComment(text, at);
    else if (text[at] === ';' || text[at] === ',' || isWhite(text, at)) at++;
    else break;
  }
  return at;
}

function skipWhite(text: string, from: number): number {
  let at = from;
  while (isWhite(text, at)) at++;
  return at;
}

// Comments nest (RFC 5322 §3.2.2); counted, since a mail may nest 10,000 of them.
function endOfComment(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '(') depth++;
    else if (text[at] === ')') depth--;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

function isWhite(text: string, at: number): boolean {
  const char = text[at];
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}
