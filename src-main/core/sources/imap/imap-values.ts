// The parenthesised values of IMAP responses (RFC 9051 §9) as nested arrays. Strict, without recursion and with
// limits, since the other side decides what stands in it.
import { protocolError } from './imap-errors.ts';
import { LITERAL_MARK, STREAMED_MARK, type ResponseLine } from './response-reader.ts';

/** An atom, number or string (bytes as latin1), NIL, or a list. */
export type ImapValue = string | null | readonly ImapValue[];

/** Deeper nesting is nobody's mail; Dovecot itself stops at 100. */
const MAX_DEPTH = 150;
/** A mail of 10,000 parts, the most Dovecot describes, needs 300,000. */
const MAX_VALUES = 1_000_000;

const QUOTE = 34;
const OPEN = 40;
const CLOSE = 41;
const SPACE = 32;
const BACKSLASH = 92;
const BRACKET = 91;

/** All values of `line` from `offset` on. A streamed literal reads as STREAMED_MARK. Throws `imap.protocol`. */
export function parseValues(line: ResponseLine, offset: number): readonly ImapValue[] {
  const { text, literals } = line;
  const top: ImapValue[] = [];
  const open: ImapValue[][] = [];
  let list = top;
  let values = 0;
  let literal = 0;
  let at = offset;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === SPACE) {
      at++;
      continue;
    }
    if (++values > MAX_VALUES) throw protocolError('too many values');
    if (char === OPEN) {
      if (open.length >= MAX_DEPTH) throw protocolError('nested too deeply');
      const inner: ImapValue[] = [];
      list.push(inner);
      open.push(list);
      list = inner;
      at++;
    } else if (char === CLOSE) {
      const outer = open.pop();
      if (!outer) throw protocolError('unbalanced list');
      list = outer;
      at++;
    } else if (char === QUOTE) {
      const to = endOfQuoted(text, at);
      const raw = text.slice(at + 1, to);
      list.push(raw.includes('\\') ? raw.replace(/\\(.)/gs, '$1') : raw);
      at = to + 1;
    } else if (text[at] === LITERAL_MARK) {
      const bytes = literals[literal++];
      list.push(bytes ? bytes.toString('latin1') : '');
      at++;
    } else if (text[at] === STREAMED_MARK) {
      list.push(STREAMED_MARK);
      at++;
    } else {
      const to = endOfAtom(text, at);
      const atom = text.slice(at, to);
      list.push(atom.length === 3 && atom.toUpperCase() === 'NIL' ? null : atom);
      at = to;
    }
  }
  if (open.length > 0) throw protocolError('unbalanced list');
  return top;
}

function endOfQuoted(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === BACKSLASH) at++;
    else if (char === QUOTE) return at;
  }
  throw protocolError('unbalanced quotes');
}

// `BODY[HEADER.FIELDS (A B)]<0>` is one atom: blanks and brackets inside [ ] belong to it.
function endOfAtom(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === SPACE || char === OPEN || char === CLOSE || char === QUOTE) break;
    if (char === BRACKET) {
      const close = text.indexOf(']', at);
      if (close < 0) throw protocolError('unbalanced bracket');
      at = close;
    }
  }
  return at;
}
