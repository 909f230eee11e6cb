// Transfer encodings as they are declared, rightly or wrongly, and bytes that must not change on the way.
import { expect, it } from 'vitest';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { lines, mixed, onePart, parse } from './parse.ts';

const content = seededBytes(3001);
const base64 = content.toString('base64').replace(/.{76}/g, '$&\r\n');
const chunks = [1, 57, 1000];

async function decoded(encoding: string, body: string) {
  const part = lines(
    'Content-Type: application/pdf; name=a.pdf',
    `Content-Transfer-Encoding: ${encoding}`,
    '',
  );
  const { leaves } = await parse(mixed(part + body), { chunks });
  return leaves[0]!;
}

it.each(['base64', 'BASE64', '"base64"', 'base64 (a comment)', 'base64; x=y'])(
  'decodes what is declared as %s',
  async (encoding) => {
    expect((await decoded(encoding, base64)).bytes?.equals(content)).toBe(true);
  },
);

it.each(['7bit', '8bit', 'binary', 'x-unknown', ''])(
  'leaves every byte as it is in %j',
  async (encoding) => {
    const all = Buffer.from(Array.from({ length: 1024 }, (_, n) => n & 255)).toString('latin1');
    const body = `${all}\r\n\r\n--not a boundary\n\n--\r\n`;
    expect((await decoded(encoding, body)).bytes?.toString('latin1')).toBe(body);
  },
);

it('keeps line ends of a text as they came', async () => {
  const body = 'one\rtwo\nthree\r\n\r\r\nfour\r\n';
  expect((await decoded('8bit', body)).bytes?.toString('latin1')).toBe(body);
});

it('decodes uuencode declared as a transfer encoding', async () => {
  const { bytes } = await decoded('x-uuencode', 'begin 644 a.pdf\r\n#0V%T\r\n`\r\nend\r\n');
  expect(bytes?.toString()).toBe('Cat');
});

it('skips dashes in base64, but reads the URL alphabet', async () => {
  const mail = base64.replace('\r\n', '!\r\n-_\r\n');
  expect((await decoded('base64', mail)).bytes?.equals(content)).toBe(true);
  const url = content.toString('base64url').replace(/.{76}/g, '$&\r\n');
  expect((await decoded('base64', url)).bytes?.equals(content)).toBe(true);
});

it.each([
  ['padding that is missing', base64.replace(/=+$/, '')],
  ['one digit too many at the end of the lines', `${base64.slice(0, 78 * 20 + 5)}\r\n`],
  ['one digit too many on the only line', base64.replaceAll('\r\n', '').slice(0, 1001)],
])('tells base64 that was cut: %s', async (_, body) => {
  expect((await decoded('base64', body)).problems).toEqual(['cutEncoding']);
});

it.each([
  ['whole', base64],
  ['in lines of 61', content.toString('base64').replace(/.{61}/g, '$&\r\n')],
  ['on one line', content.toString('base64')],
  ['with blank lines behind', `${base64}\r\n\r\n \r\n`],
])('tells nothing of base64 %s', async (_, body) => {
  const { problems, bytes } = await decoded('base64', body);
  expect(problems).toEqual([]);
  expect(bytes?.equals(content)).toBe(true);
});

it('pays no attention to an encoding declared for a multipart', async () => {
  const mail = mixed(lines('Content-Type: application/pdf', '', 'one')).replace(
    'Subject: x',
    'Content-Transfer-Encoding: base64',
  );
  expect((await parse(mail)).leaves[0]?.bytes?.toString()).toBe('one\r\n');
});

it('decodes the body of a mail of one part', async () => {
  const { leaves } = await parse(onePart(['Content-Transfer-Encoding: base64'], base64), {
    chunks,
  });
  expect(leaves[0]?.bytes?.equals(content)).toBe(true);
});
