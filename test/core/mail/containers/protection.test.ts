// Documents that need a password or a key are named; those that open without are not.
import { expect, it } from 'vitest';
import { bufferSource } from '#core/mail/containers/byte-source';
import { protectionOf } from '#core/mail/containers/protection';
import { makePdf } from '../../../helpers/make-pdf.ts';
import { der, makeEnveloped, makeSigned } from './make-ber.ts';
import { makeOle } from './make-ole.ts';
import { signal } from './read-all.ts';

const protection = (bytes: Buffer | string) =>
  protectionOf(bufferSource(Buffer.from(bytes as string, 'latin1')), signal);

// Values as the Python library pypdf writes them: `open` with an empty user password, `locked` with another.
const ID = '3539633230626261656338326531623563363363616265663561666165663131';
const CASES = {
  'RC4, 40 bits': {
    fields: '/V 1 /R 2 /Length 40',
    open: [
      'c92422687facee686e373f10b5c7d04738053152f7e2ee30e11c69ec442576ab',
      'fa34a18be18a8051e5ab19c00e4cfb5e02dac3a2779459d81eaa8f1de03521df',
    ],
    locked: [
      '86fe045358b44c9644693f33c07cb54f587dce1e2682fe9ecea6107a1ef630dd',
      'bf9c687ececb9999d2eb5204389ac757b9acf0184e452f52af2d54217b5777b9',
    ],
  },
  'RC4, 128 bits': {
    fields: '/V 2 /R 3 /Length 128',
    open: [
      '566fa873ee33c797cd3b904fdadf814afa34df9a38f6ed41b984e2c6da2aa6f5',
      '6e58aa880b3dd2ceaa1898bc3540856428bf4e5e4e758a4164004e56fffa0108',
    ],
    locked: [
      '19b58e48c92b6569e765906caf64e4429a4c20d6e996fdef963e9b5080f9e083',
      '96533d7a4aa5891a266766272ba1c82728bf4e5e4e758a4164004e56fffa0108',
    ],
  },
  'AES, 128 bits': {
    fields: '/CF <</StdCF <</AuthEvent /DocOpen /CFM /AESV2 /Length 16>>>> /V 4 /R 4 /Length 128',
    open: [
      '566fa873ee33c797cd3b904fdadf814afa34df9a38f6ed41b984e2c6da2aa6f5',
      '6e58aa880b3dd2ceaa1898bc3540856428bf4e5e4e758a4164004e56fffa0108',
    ],
    locked: [
      '19b58e48c92b6569e765906caf64e4429a4c20d6e996fdef963e9b5080f9e083',
      '96533d7a4aa5891a266766272ba1c82728bf4e5e4e758a4164004e56fffa0108',
    ],
  },
  'AES, 256 bits, first edition': {
    fields: '/CF <</StdCF <</CFM /AESV3 /Length 32>>>> /V 5 /R 5 /Length 256',
    open: [
      'ce2de8d555037b9381944bc6d907f4dffefe59d6c339d5f3cd7cc42028dce8645532cb9294bdefe1d2f6157256a9ce95',
      '1cb7d0f5cc0648e28ad49ef6d8ea98fad0c5994b510053d1df265b4568487561de116f97ebebf305479791db3acdb0ff',
    ],
    locked: [
      'bfe7960dd9735c5592720c017587007b22da2e23e248b3a1a8107483e0ef0db8ffbdb68813635e0ce6b574b426c5b869',
      '152b20db6a8dc1179d737c2474ba23357771381cffc23a7d04ce772299e0bd31a2b0c21f7ed1925ee762c390def53d82',
    ],
  },
  'AES, 256 bits': {
    fields: '/CF <</StdCF <</CFM /AESV3 /Length 32>>>> /V 5 /R 6 /Length 256',
    open: [
      '0b22ab950ecab8bf0e67961aaa4b6915f64dd10f5bf9a60fb660a651eb3731a62732e7e829bbf3b974747ef181b8222a',
      '4715715d56155941fd50c78fee7da0e5388cc993ee5e0271d65762376e78d05b8774702288ed05d67eee0a9aef2d869f',
    ],
    locked: [
      'e786347897b17f52ccb435a128f88b78cdc4b40be3b9cb0126bf0d95fb6fb7b8fa4e69fbe13a64cc32dffe57da07246b',
      '51b9650a487a2cb61cb6f17a08895d7a5db7f4ff1270e035840f4f8d76b2d49fcf7fb05a98ddcba57cbc58f525d39e7c',
    ],
  },
} as const;

/** `layout`: where the trailer stands. */
function encryptedPdf(
  kind: keyof typeof CASES,
  state: 'open' | 'locked',
  layout: 'table' | 'stream' | 'first' = 'table',
): string {
  const { fields, [state]: keys } = CASES[kind];
  const dictionary = `/Filter /Standard ${fields} /P 4294967292 /O <${keys[0]}> /U <${keys[1]}>`;
  const trailer = `/Size 6 /Root 3 0 R /Encrypt 5 0 R /ID [<${ID}> <${ID}>]`;
  const table = `xref\n0 1\n0000000000 65535 f \ntrailer\n<<${trailer}>>\n`;
  const stream = `9 0 obj\n<</Type /XRef ${trailer} /Length 1>>\nstream\nx\nendstream\nendobj\n`;
  const object = `15 0 obj\n<</Encrypted /No>>\nendobj\n5 0 obj\n<<${dictionary}>>\nendobj\n`;
  const start = '%PDF-1.7\n';
  if (layout === 'first') {
    const body = `${start}${table}${' '.repeat(100_000)}${object}`;
    return `${body}startxref\n${start.length}\n%%EOF\n`;
  }
  const body = start + object;
  return `${body}${layout === 'table' ? table : stream}startxref\n${body.length}\n%%EOF\n`;
}

const kinds = Object.keys(CASES) as (keyof typeof CASES)[];

it.each(kinds)('names a PDF with a password, by %s', async (kind) => {
  expect(await protection(encryptedPdf(kind, 'locked'))).toBe('file.encryptedPdf');
});

it.each(kinds)('does not name a PDF that is only locked against changes, by %s', async (kind) => {
  expect(await protection(encryptedPdf(kind, 'open'))).toBeNull();
});

it('counts the rounds of the last edition of the key as the standard does', async () => {
  const value = '59877139bf7f805a31023e0e6956733a7b2e8f31a9e379f043c2cf405ee8b785555d6702c950ecb7';
  const pdf = encryptedPdf('AES, 256 bits', 'open');
  const other = pdf.replace(/\/U <[0-9a-f]+>/, `/U <${value}0000000000000000>`);
  expect(await protection(other)).toBeNull();
});

it.each(['table', 'stream', 'first'] as const)('finds the trailer in a %s', async (layout) => {
  expect(await protection(encryptedPdf('AES, 256 bits', 'locked', layout))).toBe(
    'file.encryptedPdf',
  );
  expect(await protection(encryptedPdf('AES, 256 bits', 'open', layout))).toBeNull();
});

it('reads the strings of an encryption dictionary in both spellings', async () => {
  const hex = encryptedPdf('RC4, 128 bits', 'open');
  const literal = hex.replace(/\/O <([0-9a-f]+)>/, (_, digits: string) => {
    const bytes = Buffer.from(digits, 'hex').toString('latin1');
    return `/O (${bytes.replace(/[()\\]/g, '\\$&').replace(/\r/g, '\\r')})`;
  });
  expect(await protection(literal)).toBeNull();
});

it('names a PDF whose method of encryption is unknown', async () => {
  const pdf = encryptedPdf('RC4, 128 bits', 'open').replace('/Standard', '/Adobe.PubSec');
  expect(await protection(pdf)).toBe('file.encryptedPdf');
});

it('does not name a PDF that speaks of /Encrypt in its text', async () => {
  const pdf = makePdf();
  pdf.write('/Encrypt 5 0 R', pdf.indexOf('stream') + 8);
  expect(await protection(pdf)).toBeNull();
});

function zip(flags: readonly number[], { before = '', directory = true } = {}): Buffer {
  const parts: Buffer[] = [Buffer.from(before)];
  const entries: Buffer[] = [];
  let at = before.length;
  for (const [n, flag] of flags.entries()) {
    const name = Buffer.from(`file${n}.txt`);
    const local = Buffer.alloc(30);
    local.write('PK\x03\x04', 'latin1');
    local.writeUInt16LE(flag, 6);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt16LE(flag, 8);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(local, name);
    entries.push(entry, name);
    at += local.length + name.length;
  }
  const list = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at - before.length, 16);
  return Buffer.concat(directory ? [...parts, list, end] : parts);
}

it.each([
  ['with a password', zip([0x801]), 'file.encryptedZip'],
  ['of which one entry has a password', zip([0, 0, 1]), 'file.encryptedZip'],
  ['that was cut, with a password', zip([1, 1], { directory: false }), 'file.encryptedZip'],
  ['without a password', zip([0x800, 8]), null],
  ['that was cut, without a password', zip([0], { directory: false }), null],
])('judges a ZIP %s', async (_, bytes, expected) => {
  expect(await protection(bytes)).toBe(expected);
});

it.each([
  [
    'an Office document with a password',
    makeOle({ EncryptedPackage: Buffer.from('x') }),
    'file.encryptedOffice',
  ],
  ['an old Office document', makeOle({ WordDocument: Buffer.from('x') }), null],
  ['encrypted S/MIME', makeEnveloped(), 'mail.encryptedSmime'],
  ['signed S/MIME', makeSigned(der(0x04, Buffer.from('x'))), null],
  ['a PGP message in letters', '\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA', 'mail.encryptedPgp'],
  ['a PGP message', Buffer.from('85010c03aabbccddeeff001101', 'hex'), 'mail.encryptedPgp'],
  ['a public key of PGP', '-----BEGIN PGP PUBLIC KEY BLOCK-----', null],
  ['a text', 'Bonjour', null],
  ['nothing', '', null],
  ['what only begins like CMS', Buffer.from('3082ffff06', 'hex'), null],
])('judges %s', async (_, bytes, expected) => {
  expect(await protection(bytes)).toBe(expected);
});
