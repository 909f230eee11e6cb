// Lines and texts of YAML: quotes undone, lines folded (YAML 1.2 §6.5, §7.3, §8.1). Every function is linear.

export class YamlLines {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(text: string) {
    const lines = text.split(/\r\n|[\n\r]/u);
    // What follows the last line end is no line.
    this.#lines = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  }

  peek(): string | null {
    return this.#lines[this.#at] ?? null;
  }

  next(): string | null {
    return this.#lines[this.#at++] ?? null;
  }

  /** The next line that is neither empty nor a comment; not consumed. */
  skipBlank(): string | null {
    for (;;) {
      const line = this.peek();
      const isBlank = line !== null && /^\s*(?:#|$)/u.test(line);
      if (!isBlank) return line;
      this.#at++;
    }
  }

  /** Lines that go on with a plain text: indented deeper than `indent`, up to a blank one or a comment. */
  deeper(indent: number): string[] {
    const found: string[] = [];
    for (let line = this.peek(); line !== null; line = this.next() && this.peek()) {
      if (indentOf(line) <= indent || /^\s*(?:#|$)/u.test(line)) break;
      found.push(line.trim());
    }
    return found;
  }

  /** A block text below `indent`. `depth`: of its lines, 0 = as the first says. `chomp`: `-` no line end, `+` all, else one. */
  block(indent: number, depth: number, chomp: string): string {
    const body: string[] = [];
    let at = depth;
    for (let line = this.peek(); line !== null; line = this.next() === null ? null : this.peek()) {
      const isBlank = line.trim() === '';
      if (!isBlank && indentOf(line) <= indent) break;
      if (!isBlank && at === 0) at = indentOf(line);
      body.push(isBlank && indentOf(line) <= at ? '' : line.slice(at === 0 ? indentOf(line) : at));
    }
    let blanks = 0;
    while (body.at(-1) === '') blanks += body.pop() === '' ? 1 : 0;
    const text = body.join('\n');
    if (chomp === '+') return text + '\n'.repeat(blanks + (text === '' ? 0 : 1));
    return chomp === '-' || text === '' ? text : `${text}\n`;
  }
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** A line end is a blank, an empty line a line end; lines that are indented more keep theirs. */
export function foldLines(lines: readonly string[]): string {
  let text = lines[0] ?? '';
  let blanks = 0;
  let isKept = /^[ \t]/u.test(text);
  for (const line of lines.slice(1)) {
    if (line === '') {
      blanks++;
      continue;
    }
    const isDeeper = /^[ \t]/u.test(line);
    const isFolded = !isKept && !isDeeper;
    text += isFolded ? (blanks === 0 ? ' ' : '\n'.repeat(blanks)) : '\n'.repeat(blanks + 1);
    text += line;
    blanks = 0;
    isKept = isDeeper;
  }
  // Empty lines before the closing quote.
  return text + '\n'.repeat(blanks);
}

export const withoutComment = (text: string): string => text.replace(/[ \t]#.*$/u, '').trimEnd();

const ESCAPES = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['e', '\x1b'],
  ['f', '\f'],
  ['v', '\v'],
  ['N', '\u0085'],
  ['_', '\u00a0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);

/** A plain text as it is; a quoted one without its quotes. null = they do not match. */
export function unquote(text: string): string | null {
  if (text.startsWith("'")) {
    return /^'(?:[^']|'')*'$/u.test(text) ? text.slice(1, -1).replaceAll("''", "'") : null;
  }
  if (!text.startsWith('"')) return text;
  if (!/^"(?:[^"\\]|\\.)*"$/su.test(text)) return null;
  return text.slice(1, -1).replace(ESCAPED, (_, hex2, hex4, hex8, other): string => {
    const hex = [hex2, hex4, hex8].find((digits) => typeof digits === 'string');
    if (typeof hex === 'string') return characterOf(parseInt(hex, 16));
    return ESCAPES.get(String(other)) ?? String(other);
  });
}

const ESCAPED = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gsu;

const characterOf = (code: number): string =>
  code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
