// Properties of Outlook's messages (MS-OXPROPS) that are of use here, and their texts, stored as UTF-16 or in a code page.
import { decodeBytes } from '../header-text.ts';

export const MAPI = {
  subject: 0x0037,
  sentAt: 0x0039,
  senderName: 0x0c1a,
  senderAddress: 0x0c1f,
  senderSmtp: 0x5d01,
  displayTo: 0x0e04,
  body: 0x1000,
  html: 0x1013,
  messageId: 0x1035,
  displayName: 0x3001,
  attachData: 0x3701,
  attachShortName: 0x3704,
  attachMethod: 0x3705,
  attachLongName: 0x3707,
  attachMimeTag: 0x370e,
  attachContentId: 0x3712,
  internetCodePage: 0x3fde,
  messageCodePage: 0x3ffd,
} as const;

/** Types of values (MS-OXCDATA §2.11.1). */
export const MAPI_TYPE = {
  short: 0x0002,
  long: 0x0003,
  boolean: 0x000b,
  object: 0x000d,
  string8: 0x001e,
  unicode: 0x001f,
  time: 0x0040,
  guid: 0x0048,
  binary: 0x0102,
  /** Added to the type where there are several values. */
  several: 0x1000,
} as const;

/** PR_ATTACH_METHOD (MS-OXCMSG §2.2.2.9). */
export const ATTACH_METHOD = { embeddedMessage: 5, ole: 6 } as const;
const BY_REFERENCE = new Set([2, 3, 4, 7]);

export const isReference = (method: number) => BY_REFERENCE.has(method);

export function mapiText(bytes: Buffer, type: number, codePage: number): string {
  const text =
    type === MAPI_TYPE.unicode
      ? bytes.subarray(0, bytes.length - (bytes.length % 2)).toString('utf16le')
      : decodeBytes(withoutNul(bytes), charsetOf(codePage));
  return text.replace(/\0[^]*$/, '');
}

/** As a mail has it; what Exchange calls an address inside of an organisation is none outside. */
export function mapiSender(name: string, address: string): string {
  if (!address.includes('@') || address === name) return name;
  return name === '' ? address : `${name} <${address}>`;
}

/** 100 ns since 1601, as UTC ISO; empty when it is no date. */
export function mapiTime(bytes: Buffer): string {
  if (bytes.length < 8) return '';
  const ms = Number(bytes.readBigUInt64LE(0) / 10_000n) - 11_644_473_600_000;
  return Math.abs(ms) > 8.64e15 ? '' : new Date(ms).toISOString();
}

/** Windows' number of a code page as a name; empty for those that only a guess can help with. */
function charsetOf(codePage: number): string {
  if (codePage >= 1250 && codePage <= 1258) return `windows-${codePage}`;
  if (codePage >= 28591 && codePage <= 28606) return `iso-8859-${codePage - 28590}`;
  return CHARSETS.get(codePage) ?? '';
}

const CHARSETS = new Map([
  [866, 'ibm866'],
  [874, 'windows-874'],
  [932, 'shift_jis'],
  [936, 'gbk'],
  [949, 'euc-kr'],
  [950, 'big5'],
  [20866, 'koi8-r'],
  [50220, 'iso-2022-jp'],
  [51932, 'euc-jp'],
  [54936, 'gb18030'],
  [65001, 'utf-8'],
]);

function withoutNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
