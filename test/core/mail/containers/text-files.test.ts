// uuencode and yEnc inside of texts.
import { MailTake } from '#contract/model/mail-take';
import { describe, expect, it } from 'vitest';
import { crc32 } from 'node:zlib';
import { offersOf } from '#core/mail/offers';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { lines, mixed, onePart, parse, told } from '../mime/parse.ts';

function uuencoded(content: Buffer, name: string): string {
  const rows: string[] = [];
  for (let at = 0; at < content.length; at += 45) {
    const row = content.subarray(at, at + 45);
    let text = String.fromCharCode(32 + row.length);
    for (let n = 0; n < row.length; n += 3) {
      const bits = ((row[n] ?? 0) << 16) | ((row[n + 1] ?? 0) << 8) | (row[n + 2] ?? 0);
      for (const shift of [18, 12, 6, 0]) text += String.fromCharCode(((bits >> shift) & 63) + 32);
    }
    rows.push(text.replaceAll(' ', '`'));
  }
  return lines(`begin 644 ${name}`, ...rows, '`', 'end');
}

function yencoded(content: Buffer, name: string, { sum = crc32(content), part = '' } = {}): string {
  let [row, body] = ['', ''];
  for (const byte of content) {
    const code = (byte + 42) & 255;
    const isCritical = code === 0 || code === 10 || code === 13 || code === 61;
    row += isCritical ? `=${String.fromCharCode((code + 64) & 255)}` : String.fromCharCode(code);
    if (row.length >= 128) {
      body += `${row}\r\n`;
      row = '';
    }
  }
  if (row !== '') body += `${row}\r\n`;
  const hex = sum.toString(16).padStart(8, '0');
  const begin = `=ybegin ${part}line=128 size=${content.length} name=${name}`;
  const piece = part === '' ? [] : ['=ypart begin=1 end=5'];
  const end = `=yend size=${content.length} ${part === '' ? '' : 'p'}crc32=${hex}`;
  return lines(begin, ...piece) + body + lines(end);
}

const content = seededBytes(5000);
const chunks = [1, 13, 4000];
const files = async (body: string, encoding = '8bit') => {
  const raw = onePart([`Content-Transfer-Encoding: ${encoding}`], body);
  const parsed = await parse(raw, { chunks });
  return { ...parsed, inside: parsed.leaves.slice(1) };
};

it('finds a uuencoded file inside a text, and leaves the text as it is', async () => {
  const body = `Bonjour,\r\n${uuencoded(content, 'été.pdf')}Cordialement\r\n`;
  const { leaves, inside } = await files(body);
  expect(leaves[0]?.bytes?.toString('latin1')).toBe(body);
  expect(inside.map(({ part, name }) => [part, name])).toEqual([['1/1', 'été.pdf']]);
  expect(inside[0]?.bytes?.equals(content)).toBe(true);
  expect(inside[0]?.problems).toEqual([]);
});

it('finds several, in a text in base64 too', async () => {
  const body = uuencoded(Buffer.from('one'), 'a.txt') + uuencoded(Buffer.from('two'), 'b.txt');
  const parsed = await files(Buffer.from(body, 'latin1').toString('base64'), 'base64');
  expect(told({ ...parsed, leaves: parsed.inside })).toEqual([
    ['1/1', 'a.txt', 'one'],
    ['1/2', 'b.txt', 'two'],
  ]);
});

it('offers what it found as documents beside the text', async () => {
  const { summary } = await parse(onePart([], uuencoded(content, 'a.pdf')));
  const { header, root } = summary;
  const offers = offersOf({ header, sizeBytes: 0, root }, MailTake.parse({}));
  expect(offers.map(({ part, name }) => [part, name])).toEqual([['1/1', 'a.pdf']]);
});

it('keeps the numbers of the parts around', async () => {
  const text = lines('Content-Type: text/plain', '') + uuencoded(content, 'a.pdf');
  const { leaves } = await parse(mixed(text, lines('Content-Type: image/png', '', 'x')));
  expect(leaves.map(({ part }) => part)).toEqual(['1', '1/1', '2']);
});

it.each([
  ['a sentence', lines('begin 644 the work today', 'and we will')],
  [
    'a sentence of just the right length',
    lines('begin 644 a.txt', `A${'nd we will go on writing '.repeat(2).slice(0, 44)}`),
  ],
  ['a first line that is no data', lines('begin 644 a.txt', 'THE WORK TODAY', 'end')],
  ['a beginning that is not at the start of a line', `x${uuencoded(content, 'a.txt')}`],
  ['a beginning alone', 'begin 644 a.txt'],
  ['yEnc without its sizes', lines('=ybegin name=a', 'x', '=yend')],
])('takes %s for text', async (_, body) => {
  expect((await files(body)).inside).toEqual([]);
});

it('does not look into a text that is a file itself', async () => {
  const part = lines('Content-Type: text/plain; name=a.txt', '') + uuencoded(content, 'b.pdf');
  expect((await parse(mixed(part))).leaves.map(({ name }) => name)).toEqual(['a.txt']);
});

it('ends a uuencoded file at text that is no data, and tells so', async () => {
  const { inside, leaves } = await files(
    uuencoded(content, 'a.pdf').replace(
      /`\r\nend\r\n$/,
      'This is no data, but a long sentence.\r\n',
    ),
  );
  expect(inside[0]?.bytes?.equals(content)).toBe(true);
  expect(inside[0]?.problems).toEqual(['cutEncoding']);
  expect(leaves).toHaveLength(2);
});

describe('yEnc', () => {
  it('is decoded, with its length and sum checked', async () => {
    const { inside } = await files(`-- \r\n${yencoded(content, 'a b.bin')}\r\n`);
    expect(inside[0]).toMatchObject({ part: '1/1', name: 'a b.bin', problems: [] });
    expect(inside[0]?.bytes?.equals(content)).toBe(true);
  });

  it.each([
    ['a sum that does not fit', yencoded(content, 'a', { sum: 1 }), ['checksum']],
    [
      'a byte that is missing',
      yencoded(content, 'a')
        .replace(/.(?=\r\n=yend)/s, '')
        .replace(/size=5000 crc/, 'size=5001 crc'),
      ['checksum'],
    ],
    ['one piece of several', yencoded(content, 'a', { part: 'part=1 ' }), ['truncated']],
    [
      'an end that is missing',
      yencoded(content, 'a').replace(/=yend.*\r\n$/s, ''),
      ['cutEncoding'],
    ],
  ])('tells %s', async (_, body, problems) => {
    expect((await files(body)).inside[0]?.problems).toEqual(problems);
  });
});
