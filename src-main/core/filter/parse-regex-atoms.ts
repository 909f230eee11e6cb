// Escapes and character sets. Classes mean what they mean to Python 3, so `\w` takes "é"; the sources made
// here are for JavaScript's `v` flag, which alone reads negated sets rightly without regard to case.
import type { RegexNode } from './regex-nodes.ts';
import { accept, lookFor, peek, take } from './regex-reader.ts';
import type { Reader } from './regex-reader.ts';

const CLASSES: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: '[\\p{L}\\p{N}_]',
  W: '[^\\p{L}\\p{N}_]',
  s: '\\s',
  S: '\\S',
};

const CONTROLS: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\u0007',
};

const PLACES: Readonly<Record<string, RegexNode>> = {
  A: { kind: 'start' },
  // Python's \Z and PCRE's \z: the very end. JavaScript would read a letter Z.
  Z: { kind: 'end' },
  z: { kind: 'end' },
  b: { kind: 'edge', negated: false },
  B: { kind: 'edge', negated: true },
};

/** After the backslash. */
export function readEscape(reader: Reader): RegexNode {
  const place = PLACES[peek(reader)];
  if (place !== undefined) {
    reader.at += 1;
    return place;
  }
  const back = lookFor(reader, /^[1-9]\d?/);
  if (back !== null) {
    reader.at += back[0].length;
    return { kind: 'back', group: Number(back[0]), construct: `\\${back[0]}` };
  }
  const { text, source } = readOne(reader);
  return source === null ? { kind: 'text', text } : { kind: 'set', source };
}

type One = { readonly text: string; readonly source: string | null };

/** One character, or a class of them; the cursor is after the backslash. */
function readOne(reader: Reader): One {
  const at = reader.at - 1;
  const hex = lookFor(reader, /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/);
  if (hex !== null) {
    reader.at += hex[0].length;
    const text = String.fromCodePoint(Number.parseInt(hex[1] ?? hex[2] ?? '', 16));
    return { text, source: null };
  }
  const property = lookFor(reader, /^[pP]\{[A-Za-z_=]+\}/);
  if (property !== null && isProperty(property[0])) {
    reader.at += property[0].length;
    return { text: '', source: `\\${property[0]}` };
  }
  const letter = take(reader);
  const source = CLASSES[letter];
  if (source !== undefined) return { text: '', source };
  const control = CONTROLS[letter];
  if (control !== undefined) return { text: control, source: null };
  // Punctuation stands for itself. Any other letter or digit would mean something elsewhere: \K, \R, \Q, \e…
  if (letter === '' || /[\p{L}\p{N}]/u.test(letter)) {
    throw reader.fail('filter.escape', `\\${letter}`, at);
  }
  return { text: letter, source: null };
}

function isProperty(text: string): boolean {
  try {
    return new RegExp(`\\${text}`, 'v').source !== '';
  } catch {
    // An unknown property: the caller refuses the escape by name.
    return false;
  }
}

/** After the opening bracket. A `]` that comes first is a member, as in Python. */
export function readSet(reader: Reader): RegexNode {
  const at = reader.at - 1;
  const negated = accept(reader, '^');
  let members = '';
  for (let first = true; first || peek(reader) !== ']'; first = false) {
    if (peek(reader) === '') throw reader.fail('filter.unclosedSet', '[', at);
    const posix = lookFor(reader, /^\[[:.=].*?[:.=]\]/);
    if (posix !== null) throw reader.fail('filter.posixClass', posix[0], reader.at);
    members += readMember(reader);
  }
  reader.at += 1;
  return { kind: 'set', source: `[${negated ? '^' : ''}${members}]` };
}

function readMember(reader: Reader): string {
  const at = reader.at;
  const from = readSetItem(reader);
  if (peek(reader) !== '-' || peek(reader, 1) === ']' || peek(reader, 1) === '') {
    return from.source ?? inSet(from.text);
  }
  reader.at += 1;
  const to = readSetItem(reader);
  const low = from.text.codePointAt(0) ?? 0;
  if (from.source !== null || to.source !== null || low > (to.text.codePointAt(0) ?? 0)) {
    throw reader.fail('filter.badRange', reader.chars.slice(at, reader.at).join(''), at);
  }
  return `${inSet(from.text)}-${inSet(to.text)}`;
}

function readSetItem(reader: Reader): One {
  const character = take(reader);
  if (character !== '\\') return { text: character, source: null };
  if (accept(reader, 'b')) return { text: '\b', source: null };
  return readOne(reader);
}

/** Escapes for a set under the `v` flag, where doubled punctuation means set arithmetic. */
function inSet(character: string): string {
  return character.replace(/[\^$\\.*+?()[\]{}|/&\-!#%,:;<=>@`~]/, '\\$&');
}
