// A message that was stored without being a mail (inside winmail.dat or `.msg`) written as one, so that it can be
// delivered: its fields, its texts and its attachments, all in base64. Streams; the same message gives the same bytes.
import { RefusedError, throwIfAborted } from '../../errors.ts';
import { bufferSource, type ByteSource } from './byte-source.ts';
import type { Contained, ContainedText, OpenedContainer } from './contained.ts';

const LINE_BYTES = 57;
const BLOCK_BYTES = LINE_BYTES * 1024;
/** Messages in messages beyond this depth are refused, as when they are opened. */
const MAX_DEPTH = 5;

/** Throws RefusedError `mail.tooDeep`, CancelledError, and what opening the messages inside throws. */
export async function* emlOf(
  opened: OpenedContainer,
  signal: AbortSignal,
  depth = 0,
): AsyncGenerator<Buffer> {
  if (depth > MAX_DEPTH) throw new RefusedError('mail.tooDeep', { max: MAX_DEPTH });
  // No line of base64 looks like it, nor the one of another depth.
  const boundary = `=_stored_${depth}`;
  yield lines([
    ...fields(opened.message),
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
  ]);
  const { text, html } = opened.message;
  if (text !== '' || html === null) {
    yield lines([`--${boundary}`, 'Content-Type: text/plain; charset=utf-8', BASE64, '']);
    yield* base64Of(bufferSource(Buffer.from(text)), signal);
  }
  if (html !== null) {
    yield lines([`--${boundary}`, 'Content-Type: text/html', BASE64, '']);
    yield* base64Of(html, signal);
  }
  for (const entry of opened.entries) {
    yield lines([`--${boundary}`, ...entryFields(entry), '']);
    if (entry.kind === 'message') yield* emlOf(await entry.open(), signal, depth + 1);
    else yield* base64Of(entry.content, signal);
  }
  yield lines([`--${boundary}--`]);
}

const BASE64 = 'Content-Transfer-Encoding: base64';

function fields(message: ContainedText): readonly string[] {
  const date = message.sentAt === '' ? '' : new Date(message.sentAt).toUTCString();
  const named = [
    ['From', withWords(message.from)],
    ['To', words(message.to)],
    ['Subject', words(message.subject)],
    ['Date', date.replace('GMT', '+0000')],
    ['Message-ID', /^<[!-~]{1,900}>$/.test(message.messageId) ? message.messageId : ''],
  ];
  return named.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`);
}

function entryFields(entry: Contained): readonly string[] {
  const isMessage = entry.kind === 'message';
  const given = isMessage ? `${entry.name === '' ? 'message' : entry.name}.eml` : entry.name;
  const name = given === '' ? '' : `; filename*=UTF-8''${percent(given)}`;
  const type = isMessage ? 'message/rfc822' : mediaType(entry.mediaType);
  const id = isMessage || !/^[!-;=?-~]{1,900}$/.test(entry.contentId) ? '' : entry.contentId;
  return [
    `Content-Type: ${type}`,
    `Content-Disposition: attachment${name}`,
    ...(id === '' ? [] : [`Content-ID: <${id}>`]),
    ...(isMessage ? [] : [BASE64]),
  ];
}

// A multipart would need its boundary, which is not stored beside it.
function mediaType(stored: string): string {
  const isPlain = /^[a-z0-9.+-]{1,100}\/[a-z0-9.+-]{1,100}$/.test(stored);
  return isPlain && !/^(?:multipart|message)\//.test(stored) ? stored : 'application/octet-stream';
}

async function* base64Of(source: ByteSource, signal: AbortSignal): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for (let at = 0; at < source.sizeBytes;) {
    throwIfAborted(signal);
    const block = await source.bytes(at, BLOCK_BYTES);
    if (block.length === 0) break;
    at += block.length;
    const bytes = Buffer.concat([rest, block]);
    const whole = bytes.length - (bytes.length % LINE_BYTES);
    rest = bytes.subarray(whole);
    if (whole > 0) yield encoded(bytes.subarray(0, whole));
  }
  if (rest.length > 0) yield encoded(rest);
}

function encoded(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('base64').replace(/.{1,76}/g, '$&\r\n'));
}

const lines = (list: readonly string[]) => Buffer.from(list.map((line) => `${line}\r\n`).join(''));

/** `Name <address>` with the name encoded. */
function withWords(text: string): string {
  const address = /\s*<[!-~]{1,900}>$/.exec(text)?.[0] ?? '';
  return words(text.slice(0, text.length - address.length)) + address;
}

// RFC 2047 §2: a word has at most 75 characters; 30 UTF-16 units are at most 90 bytes, cut between characters.
function words(text: string): string {
  const flat = text.replace(/[\r\n\t]+/g, ' ').trim();
  if (/^[ -~]{0,900}$/.test(flat) && !flat.includes('=?')) return flat;
  const pieces = flat.match(/.{1,14}/gsu) ?? [];
  return pieces
    .map((piece) => `=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`)
    .join('\r\n ');
}

const percent = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9._-]/.test(char)
        ? char
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
