// Where a text stops being JSON. The engine tells the place of some faults only (not of `True`, nor of a comment), and
// people who write a configuration by hand need it. Pure.

/** Position (from 0) of the first character that cannot be there, or of the end where something is missing. */
export function jsonFault(text: string): number {
  const reader = { text, at: 0 };
  try {
    readValue(reader);
    skipBlanks(reader);
  } catch (thrown) {
    // Nested too deeply for the stack: about here.
    if (!(thrown instanceof Fault || thrown instanceof RangeError)) throw thrown;
  }
  return reader.at;
}

class Fault extends Error {}

type Reader = { readonly text: string; at: number };

const BLANKS = /[\t\n\r ]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
// eslint-disable-next-line no-control-regex -- JSON forbids them in strings (RFC 8259 §7)
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

function readValue(reader: Reader): void {
  skipBlanks(reader);
  const sign = reader.text[reader.at];
  if (sign === '{') readList(reader, '}', readMember);
  else if (sign === '[') readList(reader, ']', readValue);
  else readToken(reader, sign === '"' ? STRING : SCALAR);
}

function readMember(reader: Reader): void {
  readToken(reader, STRING);
  expectSign(reader, ':');
  readValue(reader);
}

function readList(reader: Reader, end: string, readItem: (reader: Reader) => void): void {
  reader.at += 1;
  skipBlanks(reader);
  if (reader.text[reader.at] === end) {
    reader.at += 1;
    return;
  }
  for (;;) {
    skipBlanks(reader);
    readItem(reader);
    skipBlanks(reader);
    if (reader.text[reader.at] !== ',') break;
    reader.at += 1;
  }
  expectSign(reader, end);
}

function expectSign(reader: Reader, sign: string): void {
  skipBlanks(reader);
  if (reader.text[reader.at] !== sign) throw new Fault();
  reader.at += 1;
}

function readToken(reader: Reader, token: RegExp): void {
  token.lastIndex = reader.at;
  const found = token.exec(reader.text);
  if (found === null) throw new Fault();
  reader.at += found[0].length;
}

function skipBlanks(reader: Reader): void {
  BLANKS.lastIndex = reader.at;
  reader.at += BLANKS.exec(reader.text)?.[0].length ?? 0;
}
