// Spoils files: wrong bytes, cuts, repeats, pieces of other envelopes, tokens that parsers fear. The same numbers give
// the same files.
import type { FuzzSeed } from './fuzz-seeds.ts';
import type { MadeFile } from './make-deposit.ts';

/** Whole number from 0 to `below` - 1. */
export type Random = (below: number) => number;

/** mulberry32. */
export function randomFrom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const TOKENS = [
  '<',
  '>',
  '&',
  ']]>',
  '<![CDATA[',
  '<!--',
  '-->',
  '<?',
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '&b;',
  '&#0;',
  '\0',
  '"',
  '../',
  '..\\',
  '/etc/passwd',
  'C:\\x',
  'PK\x03\x04',
  'PK\x05\x06',
  '\x1f\x8b\x08',
  'endstream',
  'endobj',
  '<<',
  '>>',
  '[',
  '(',
  ' 0 R',
  '/Length 99999999999',
  '/Prev 0',
  'startxref\n0\n',
  '-1',
  '99999999999999999999',
  '{{{{',
  '[[[[',
  '*a &a',
  'NaN',
  'xmlns:n="',
  'V="',
  '\xff\xfe',
  '\xef\xbb\xbf',
].map((token) => Buffer.from(token, 'latin1'));

type Change = (bytes: Buffer, random: Random, others: readonly FuzzSeed[]) => Buffer;

const insert = (bytes: Buffer, at: number, piece: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);

const CHANGES: readonly Change[] = [
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    for (let i = random(8); i >= 0 && copy.length > 0; i--) copy[random(copy.length)] = random(256);
    return copy;
  },
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[random(copy.length)]! ^= 1 << random(8);
    return copy;
  },
  (bytes, random) => bytes.subarray(0, random(bytes.length + 1)),
  (bytes, random) => bytes.subarray(random(bytes.length + 1)),
  (bytes, random) => insert(bytes, random(bytes.length + 1), TOKENS[random(TOKENS.length)]!),
  (bytes, random) => {
    const token = TOKENS[random(TOKENS.length)]!;
    const many = Buffer.concat(Array<Buffer>(1 + random(3000)).fill(token));
    return insert(bytes, random(bytes.length + 1), many);
  },
  (bytes, random) => {
    const from = random(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + random(200))]);
  },
  (bytes, random) => {
    const from = random(bytes.length + 1);
    const piece = bytes.subarray(from, from + random(2000));
    const many = Buffer.concat(Array<Buffer>(1 + random(50)).fill(piece));
    return insert(bytes, random(bytes.length + 1), many);
  },
  (bytes, random, others) => {
    const { files } = others[random(others.length)]!;
    const other = files[random(files.length)]!.bytes;
    return Buffer.concat([
      bytes.subarray(0, random(bytes.length + 1)),
      other.subarray(random(other.length + 1)),
    ]);
  },
  // Numbers are where lengths, offsets and counts stand.
  (bytes, random) => {
    const text = bytes.toString('latin1');
    const numbers = [...text.matchAll(/\d+/gu)];
    const chosen = numbers[random(numbers.length)];
    if (chosen === undefined) return bytes;
    const value = ['0', '-1', '4294967295', '9007199254740993', '1'][random(5)]!;
    const end = chosen.index + chosen[0].length;
    return Buffer.from(text.slice(0, chosen.index) + value + text.slice(end), 'latin1');
  },
];

const MAX_BYTES = 2_000_000;

/** One to four changes to one of the files; now and then a file goes or comes. */
export function mutate(
  files: readonly MadeFile[],
  others: readonly FuzzSeed[],
  random: Random,
): readonly MadeFile[] {
  const target = random(files.length);
  const changed = files.map((file, index) => {
    if (index !== target) return file;
    let { bytes } = file;
    for (let i = random(4); i >= 0; i--) {
      bytes = CHANGES[random(CHANGES.length)]!(bytes, random, others).subarray(0, MAX_BYTES);
    }
    return { ...file, bytes };
  });
  if (files.length > 1 && random(10) === 0) changed.splice(random(changed.length), 1);
  if (files.length > 1 && random(10) === 0) {
    const extra = others[random(others.length)]!.files[0]!;
    changed.push({ name: `d/extra-${extra.name.replaceAll('/', '-')}`, bytes: extra.bytes });
  }
  return changed;
}
