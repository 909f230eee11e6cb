// Whether a PDF needs a password to be read: its trailer points to an encryption dictionary, and the empty password
// does not open it. Reads the end of the file and, of an encrypted one, as much as it takes to find that dictionary.
import { throwIfAborted } from '../../errors.ts';
import { readUpTo, sliceOf, type ByteSource } from './byte-source.ts';
import { opensWithoutPassword, type PdfEncryption } from './pdf-password.ts';

const HEAD_BYTES = 1024;
const TAIL_BYTES = 65_536;
/** A cross-reference table may stand between its beginning and the trailer. */
const TABLE_BYTES = 4_194_304;
const DICTIONARY_BYTES = 8192;
const BLOCK_BYTES = 262_144;
/** Not `/EncryptMetadata`. */
const ENCRYPT = /\/Encrypt(?![A-Za-z])\s*(?:(\d{1,10})\s+(\d{1,5})\s+R|(<<))/;

export function isPdf(head: Buffer): boolean {
  return head.subarray(0, HEAD_BYTES).includes('%PDF-');
}

/** Throws CancelledError. */
export async function pdfNeedsPassword(source: ByteSource, signal: AbortSignal): Promise<boolean> {
  const trailer = await findTrailer(source);
  const found = ENCRYPT.exec(trailer);
  if (!found) return false;
  const [, number, generation, inline] = found;
  const dictionary =
    inline === undefined
      ? await findObject(source, `${number} ${generation} obj`, signal)
      : trailer.slice(found.index);
  const encryption = readEncryption(dictionary, trailer);
  // A method that is not known here needs more than an empty password.
  return encryption === null || !opensWithoutPassword(encryption);
}

/** The dictionaries at the end of the file and where `startxref` points, as latin1. */
async function findTrailer(source: ByteSource): Promise<string> {
  const from = Math.max(0, source.sizeBytes - TAIL_BYTES);
  const tail = (await readUpTo(sliceOf(source, from, TAIL_BYTES), TAIL_BYTES)).toString('latin1');
  const start = tail.lastIndexOf('startxref');
  const offset = Number(/^startxref\s{1,10}(\d{1,15})/.exec(tail.slice(start))?.[1] ?? -1);
  const table = tail.lastIndexOf('trailer', start);
  const atEnd = table < 0 ? '' : tail.slice(table, start);
  if (offset < 0 || offset >= source.sizeBytes) return atEnd;
  const section = sliceOf(source, offset, TABLE_BYTES);
  const head = (await readUpTo(section, TAIL_BYTES)).toString('latin1');
  if (!head.trimStart().startsWith('xref')) return `${cutAt(head, 'stream')} ${atEnd}`;
  const whole = head.includes('trailer')
    ? head
    : (await readUpTo(section, TABLE_BYTES)).toString('latin1');
  const at = whole.indexOf('trailer');
  return at < 0 ? atEnd : `${cutAt(whole.slice(at, at + TAIL_BYTES), 'startxref')} ${atEnd}`;
}

function cutAt(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? text.slice(0, DICTIONARY_BYTES) : text.slice(0, at);
}

/** The last object of this number: a later one replaces an earlier. Empty when there is none. */
async function findObject(source: ByteSource, name: string, signal: AbortSignal): Promise<string> {
  let found = -1;
  for (let at = 0; at < source.sizeBytes; at += BLOCK_BYTES) {
    throwIfAborted(signal);
    // A little of the next block, for a name that is cut in two.
    const block = await readUpTo(sliceOf(source, at, BLOCK_BYTES + 32), BLOCK_BYTES + 32);
    for (let hit = block.indexOf(name); hit >= 0; hit = block.indexOf(name, hit + 1)) {
      const before = block[hit - 1] ?? 0x0a;
      if (before < 0x30 || before > 0x39) found = at + hit;
    }
  }
  if (found < 0) return '';
  const bytes = await readUpTo(sliceOf(source, found, DICTIONARY_BYTES), DICTIONARY_BYTES);
  return cutAt(bytes.toString('latin1'), 'endobj');
}

function readEncryption(dictionary: string, trailer: string): PdfEncryption | null {
  const number = (name: string) => {
    const text = new RegExp(`/${name}\\s{0,10}(-?\\d{1,12})`).exec(dictionary)?.[1];
    return text === undefined ? undefined : Number(text);
  };
  const owner = stringAfter(dictionary, 'O');
  const user = stringAfter(dictionary, 'U');
  const revision = number('R');
  if (!/\/Filter\s*\/Standard/.test(dictionary) || !owner || !user) return null;
  if (revision === undefined || revision < 2 || revision > 6) return null;
  const id = /\/ID\s{0,10}\[\s{0,10}/.exec(trailer);
  return {
    revision,
    keyBits: revision === 4 ? 128 : (number('Length') ?? 40),
    permissions: number('P') ?? 0,
    owner,
    user,
    isMetadataEncrypted: !/\/EncryptMetadata\s+false/.test(dictionary),
    fileId: id ? (stringAt(trailer, id.index + id[0].length) ?? NO_ID) : NO_ID,
  };
}

const NO_ID = Buffer.alloc(0);

function stringAfter(dictionary: string, name: string): Buffer | null {
  const found = new RegExp(`/${name}\\s{0,10}(?=[(<])`).exec(dictionary);
  return found ? stringAt(dictionary, found.index + found[0].length) : null;
}

/** A string of PDF, hexadecimal or literal (ISO 32000-2 §7.3.4). */
function stringAt(text: string, at: number): Buffer | null {
  if (text[at] === '<') {
    const digits = text.slice(at + 1, text.indexOf('>', at)).replace(/[^0-9a-f]/gi, '');
    return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
  }
  if (text[at] !== '(') return null;
  let bytes = '';
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    const char = text[index] ?? '';
    if (char === '\\') {
      const octal = /^[0-7]{1,3}/.exec(text.slice(index + 1, index + 4))?.[0];
      const next = text[index + 1] ?? '';
      bytes +=
        octal === undefined
          ? (ESCAPES.get(next) ?? next)
          : String.fromCharCode(parseInt(octal, 8) & 255);
      index += octal?.length ?? 1;
      continue;
    }
    if (char === '(' && depth++ === 0) continue;
    if (char === ')' && --depth === 0) return Buffer.from(bytes, 'latin1');
    bytes += char;
  }
  return null;
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
  ['\n', ''],
]);
