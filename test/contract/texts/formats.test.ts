import { describe, expect, it } from 'vitest';
import { createFormats } from '#contract/texts/formats';
import { createNumbers } from '#contract/texts/numbers';

const fr = createFormats('fr', createNumbers('fr'));
const en = createFormats('en', createNumbers('en'));
/** Narrow and unbreakable spaces as plain ones. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('a size', () => {
  it.each([
    [0, '0 octet', '0 bytes'],
    [999, '999 octets', '999 bytes'],
    [1000, '1 ko', '1 kB'],
    [61_440, '61,4 ko', '61.4 kB'],
    [999_999, '1 000 ko', '1,000 kB'],
    [5_250_000, '5,3 Mo', '5.3 MB'],
    [2_000_000_000, '2 Go', '2 GB'],
    [7e15, '7 000 To', '7,000 TB'],
  ])('of %i bytes is readable', (bytes, french, english) => {
    expect(plain(fr.size(bytes))).toBe(french);
    expect(plain(en.size(bytes))).toBe(english);
  });
});

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [949.6, '950 ms'],
    [1250, '1,3 s'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h 0 min'],
    [90_061_000, '25 h 1 min'],
  ])('of %d ms is readable', (ms, text) => {
    expect(fr.duration(ms)).toBe(text);
  });
});

describe('an instant', () => {
  it('gives the day before the month in both languages', () => {
    expect(fr.instant('2026-02-01T12:00:00.000Z')).toMatch(/^01\/02\/2026/);
    expect(en.instant('2026-02-01T12:00:00.000Z')).toMatch(/^01\/02\/2026/);
  });
});

describe('a parameter', () => {
  it('is shown by the unit in its name', () => {
    expect(plain(fr.parameter('sizeBytes', 1500))).toBe('1,5 ko');
    expect(fr.parameter('tookMs', 500)).toBe('500 ms');
    expect(fr.parameter('ms', 500)).toBe('500 ms');
  });

  it('is not grouped when it is a year or a port, but is when it is a count', () => {
    expect(fr.parameter('port', 10_143)).toBe('10143');
    expect(plain(fr.parameter('count', 10_143))).toBe('10 143');
  });

  it('is a local date and time when it is an instant', () => {
    const local = new Date('2026-01-05T08:00:00.000Z').toLocaleString('fr', {
      dateStyle: 'short',
      timeStyle: 'medium',
    });

    expect(fr.parameter('since', '2026-01-05T08:00:00.000Z')).toBe(local);
    expect(fr.parameter('name', '2026-01-05 facture.pdf')).toBe('2026-01-05 facture.pdf');
  });

  it('stays on its line and cannot turn the reading direction', () => {
    expect(fr.parameter('name', 'a\r\nb\u001b[31mc\u202efdp')).toBe('a b [31mc fdp');
  });

  it.each([
    [null, ''],
    [undefined, ''],
    [true, 'true'],
    [['a', 1], '["a",1]'],
  ])('of any other kind is still text: %j', (value, text) => {
    expect(fr.parameter('x', value)).toBe(text);
  });
});
