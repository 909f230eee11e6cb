// Which bytes are which characters in an XML file (XML 1.0 appendix F), as the files of the wild have it: the
// declaration is often wrong. 8-bit text that is not valid UTF-8 is read as windows-1252, and that is reported.
import { isUtf8 } from 'node:buffer';
import { RefusedError } from '../../errors.ts';

export type XmlEncoding = {
  /** As declared, in lower case; empty where nothing is. */
  readonly declared: string;
  readonly family: 'utf-8' | 'single-byte' | 'utf-16le' | 'utf-16be';
  /** Label for TextDecoder. */
  readonly label: string;
  /** Bytes of the byte order mark. */
  readonly markBytes: number;
};

/** Bytes in, text out, in pieces cut anywhere. */
export interface TextReader {
  read(bytes: Buffer): string;
  /** Forgets half a character: the bytes after it were left out. */
  skip(): void;
  /** True once bytes turned up that are not what was declared. */
  readonly isGuessing: boolean;
}

/** Throws RefusedError `envelope.xmlEncoding` for what we cannot read (UTF-32, EBCDIC, unknown names). */
export function detectEncoding(head: Buffer, name: string): XmlEncoding {
  const mark = markOf(head);
  if (mark !== null) return mark;
  if (head[0] === 0x3c && head[1] === 0) return utf16('utf-16le', 0);
  if (head[0] === 0 && head[1] === 0x3c) return utf16('utf-16be', 0);
  const declared = declaredEncoding(head);
  if (declared === '' || declared.startsWith('utf-8') || declared === 'utf8')
    return utf8(declared, 0);
  // Says UTF-16 in plain 8-bit letters: the declaration is the lie, for it could be read.
  if (declared.startsWith('utf-16') || declared.startsWith('ucs-2')) return utf8(declared, 0);
  const label = labelOf(declared);
  if (label === null) throw new RefusedError('envelope.xmlEncoding', { name, encoding: declared });
  return { declared, family: label === 'utf-8' ? 'utf-8' : 'single-byte', label, markBytes: 0 };
}

export function textReader(encoding: XmlEncoding): TextReader {
  return encoding.family === 'utf-8' ? utf8Reader() : singleByteReader(encoding.label);
}

function markOf(head: Buffer): XmlEncoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) {
    return utf8(declaredEncoding(head.subarray(3)), 3);
  }
  if (head[0] === 0xff && head[1] === 0xfe) return utf16('utf-16le', 2);
  if (head[0] === 0xfe && head[1] === 0xff) return utf16('utf-16be', 2);
  return null;
}

const utf8 = (declared: string, markBytes: number): XmlEncoding => ({
  declared,
  family: 'utf-8',
  label: 'utf-8',
  markBytes,
});

const utf16 = (family: 'utf-16le' | 'utf-16be', markBytes: number): XmlEncoding => ({
  declared: family,
  family,
  label: family,
  markBytes,
});

function declaredEncoding(head: Buffer): string {
  const text = head.toString('latin1', 0, 200);
  const found = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']/u.exec(text);
  return found?.[1]?.toLowerCase() ?? '';
}

/** Only encodings in which `<` and the rest of ASCII are themselves: the scanner works on bytes. */
const ASCII_BASED =
  /^(?:us-ascii|ascii|iso-?8859-?\d+|latin-?\d|l\d|windows-125\d|cp125\d|macintosh|koi8-[ru])$/u;

function labelOf(declared: string): string | null {
  if (!ASCII_BASED.test(declared)) return null;
  try {
    // The label table of the Encoding standard: iso-8859-1 and us-ascii mean windows-1252, as in real files.
    return new TextDecoder(declared.replace(/^iso8859/u, 'iso-8859')).encoding;
  } catch {
    // Not in the table: the caller refuses it by name.
    return null;
  }
}

function singleByteReader(label: string): TextReader {
  const decoder = new TextDecoder(label);
  return { read: (bytes) => decoder.decode(bytes), skip: () => undefined, isGuessing: false };
}

function utf8Reader(): TextReader {
  let carry: Buffer = Buffer.alloc(0);
  const fallback = new TextDecoder('windows-1252');
  let isGuessing = false;
  return {
    read(bytes) {
      if (isGuessing) return fallback.decode(bytes);
      const whole = carry.length === 0 ? bytes : Buffer.concat([carry, bytes]);
      const end = whole.length - unfinishedBytes(whole);
      const head = whole.subarray(0, end);
      if (isUtf8(head)) {
        carry = end === whole.length ? carry.subarray(0, 0) : Buffer.from(whole.subarray(end));
        return head.toString('utf8');
      }
      isGuessing = true;
      return fallback.decode(whole);
    },
    skip() {
      carry = Buffer.alloc(0);
    },
    get isGuessing() {
      return isGuessing;
    },
  };
}

/** Bytes at the end that begin a character without finishing it: 0 to 3. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return wanted > back ? back : 0;
    }
  }
  return 0;
}
