// Reads a regular expression of Python's `re`, the dialect of EzGED's filters, into a tree. What JavaScript
// lacks, or would silently read otherwise, is refused with a code that names the construct.
import { checkReferences } from './check-references.ts';
import { readEscape, readSet } from './parse-regex-atoms.ts';
import type { RegexNode } from './regex-nodes.ts';
import { accept, createReader, lookFor, peek, rest, take } from './regex-reader.ts';
import type { Fail, Reader } from './regex-reader.ts';

export type ParsedRegex = { readonly root: RegexNode; readonly ignoreCase: boolean };

/** `text` without its slashes. Throws what `fail` makes, a ConfigError `filter.*`. */
export function parseRegex(text: string, fail: Fail): ParsedRegex {
  const reader = createReader(text, fail);
  const ignoreCase = readLeadingFlags(reader);
  const root = readChoice(reader);
  if (peek(reader) !== '') throw fail('filter.unbalanced', ')', reader.at);
  checkReferences(root, fail);
  return { root, ignoreCase };
}

function readLeadingFlags(reader: Reader): boolean {
  let ignoreCase = false;
  for (;;) {
    const flags = lookFor(reader, /^\(\?([a-zA-Z]+)\)/);
    if (flags === null) return ignoreCase;
    const letters = checkFlags(reader, flags[1] ?? '');
    ignoreCase ||= letters.includes('i');
    reader.dotAll ||= letters.includes('s');
    reader.at += flags[0].length;
  }
}

function checkFlags(reader: Reader, letters: string): string {
  // u is Python's default; a name has one line, so m would only hide a mistake; x and L mean other things.
  const unknown = Array.from(letters).find((letter) => !'isu'.includes(letter));
  if (unknown !== undefined) throw reader.fail('filter.flag', unknown, reader.at);
  return letters;
}

function readChoice(reader: Reader): RegexNode {
  const options = [readSequence(reader)];
  while (accept(reader, '|')) options.push(readSequence(reader));
  const [only] = options;
  return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
}

function readSequence(reader: Reader): RegexNode {
  const items: RegexNode[] = [];
  while (!['', '|', ')'].includes(peek(reader))) items.push(readTerm(reader));
  return { kind: 'sequence', items };
}

function readTerm(reader: Reader): RegexNode {
  const body = readAtom(reader);
  const at = reader.at;
  const count = readCount(reader);
  if (count === null) return body;
  if (body.kind === 'start' || body.kind === 'end' || body.kind === 'edge') {
    throw reader.fail('filter.nothingToRepeat', textSince(reader, at), at);
  }
  const lazy = accept(reader, '?');
  if (peek(reader) === '+' && !lazy) {
    throw reader.fail('filter.possessive', `${textSince(reader, at)}+`, at);
  }
  const again = reader.at;
  if (readCount(reader) !== null) {
    throw reader.fail('filter.nothingToRepeat', textSince(reader, again), again);
  }
  return { kind: 'repeat', body, ...count, lazy };
}

const SIGNS: Readonly<Record<string, readonly [number, number]>> = {
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
  '?': [0, 1],
};

function readCount(reader: Reader): { readonly min: number; readonly max: number } | null {
  const sign = SIGNS[peek(reader)];
  if (sign !== undefined) {
    reader.at += 1;
    return { min: sign[0], max: sign[1] };
  }
  // A brace that is no count is a brace, as in Python.
  const braces = lookFor(reader, /^\{(?:(\d+)|(\d*),(\d*))\}/);
  if (braces === null || braces[0] === '{,}') return null;
  const [construct, exact, from = '', to = ''] = braces;
  const min = Number(exact ?? from);
  const max = exact === undefined && to === '' ? Number.POSITIVE_INFINITY : Number(exact ?? to);
  if (min > max) throw reader.fail('filter.badRange', construct, reader.at);
  reader.at += construct.length;
  return { min, max };
}

function readAtom(reader: Reader): RegexNode {
  const at = reader.at;
  const counts = readCount(reader);
  if (counts !== null) throw reader.fail('filter.nothingToRepeat', textSince(reader, at), at);
  const character = take(reader);
  if (character === '(') return readGroup(reader, at);
  if (character === '[') return readSet(reader);
  if (character === '\\') return readEscape(reader);
  if (character === '.') return { kind: 'any', newline: reader.dotAll };
  if (character === '^') return { kind: 'start' };
  if (character === '$') return { kind: 'end' };
  return { kind: 'text', text: character };
}

function readGroup(reader: Reader, at: number): RegexNode {
  if (!accept(reader, '?')) return readCapture(reader, at, null);
  const look = lookFor(reader, /^<?[=!]/)?.[0];
  if (look !== undefined) {
    reader.at += look.length;
    const body = readBody(reader, at);
    return { kind: 'look', ahead: !look.startsWith('<'), negated: look.endsWith('!'), body };
  }
  const name = lookFor(reader, /^P?<([\p{L}_][\p{L}\p{N}_]*)>/u);
  if (name !== null) {
    reader.at += Array.from(name[0]).length;
    return readCapture(reader, at, name[1] ?? '');
  }
  const back = lookFor(reader, /^P=([\p{L}_][\p{L}\p{N}_]*)\)/u);
  if (back !== null) {
    reader.at += Array.from(back[0]).length;
    const construct = `(?${back[0]}`;
    return { kind: 'back', group: reader.names.get(back[1] ?? '') ?? 0, construct };
  }
  if (lookFor(reader, /^[a-zA-Z]+\)/) !== null) {
    throw reader.fail('filter.flagsNotFirst', `(?${rest(reader, 2)}`, at);
  }
  return readPlainGroup(reader, at);
}

function readPlainGroup(reader: Reader, at: number): RegexNode {
  if (accept(reader, ':')) return { kind: 'group', capture: null, body: readBody(reader, at) };
  // `(?i:…)`: V8 of Node 24 lets the flag leak into sets that follow, so that /(?i:x)[a]/ takes "xA".
  const scoped = lookFor(reader, /^[a-zA-Z]*(?:-[a-zA-Z]+)?:/)?.[0];
  if (scoped !== undefined) throw reader.fail('filter.scopedFlag', `(?${scoped}`, at);
  const next = peek(reader);
  throw reader.fail(REFUSED[next] ?? 'filter.group', `(?${next}`, at);
}

const REFUSED: Readonly<Record<string, string>> = {
  '>': 'filter.atomic',
  '#': 'filter.comment',
  '(': 'filter.conditional',
};

function readCapture(reader: Reader, at: number, name: string | null): RegexNode {
  reader.groups += 1;
  const capture = reader.groups;
  if (name !== null && reader.names.has(name)) throw reader.fail('filter.groupName', name, at);
  if (name !== null) reader.names.set(name, capture);
  return { kind: 'group', capture, body: readBody(reader, at) };
}

function readBody(reader: Reader, at: number): RegexNode {
  const body = readChoice(reader);
  if (!accept(reader, ')')) throw reader.fail('filter.unbalanced', '(', at);
  return body;
}

function textSince(reader: Reader, from: number): string {
  return reader.chars.slice(from, Math.max(reader.at, from + 1)).join('');
}
