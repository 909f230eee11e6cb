import { describe, expect, it } from 'vitest';
import { fitName, nameKey, splitName } from '#core/files/name-parts';

describe('splitName', () => {
  it.each([
    ['facture.PDF', 'facture', '.PDF'],
    ['a.tar.gz', 'a', '.tar.gz'],
    ['a.pdf.p7m', 'a', '.pdf.p7m'],
    ['.profile', '.profile', ''],
    ['a.', 'a.', ''],
    ['sans', 'sans', ''],
  ])('parts %j', (name, stem, suffix) => {
    expect(splitName(name)).toEqual({ stem, suffix });
  });
});

describe('fitName', () => {
  const room = { maxBytes: 20, maxUnits: 20 };
  it.each([
    ['court.pdf', '', 'court.pdf'],
    ['court.pdf', ' (2)', 'court (2).pdf'],
    ['un nom vraiment trop long.pdf', '', 'un nom vraiment.pdf'],
    ['un nom vraiment trop long.pdf', ' (12)', 'un nom vrai (12).pdf'],
    ['ééééééééééééé.pdf', '', 'éééééééé.pdf'],
    ['aaa\u{1F600}\u{1F600}\u{1F600}\u{1F600}.pdf', '', 'aaa\u{1F600}\u{1F600}\u{1F600}.pdf'],
  ])('shortens %j with the mark %j to %j', (name, mark, fitted) => {
    expect(fitName(name, room, mark)).toBe(fitted);
  });

  it('obeys the narrower of bytes and UTF-16 units', () => {
    expect(fitName('abcdefghij', { maxBytes: 100, maxUnits: 4 })).toBe('abcd');
    expect(fitName('éééé', { maxBytes: 4, maxUnits: 100 })).toBe('éé');
  });
});

describe('nameKey', () => {
  it.each([
    ['Facture.PDF', 'facture.pdf'],
    ['été.pdf', 'e\u0301te\u0301.pdf'],
    ['ÉTÉ', 'e\u0301te\u0301'],
  ])('is the same for %j and %j', (one, other) => {
    expect(nameKey(one)).toBe(nameKey(other));
  });

  it('differs for different names', () => {
    expect(nameKey('a.pdf')).not.toBe(nameKey('a.pdf '));
  });
});
