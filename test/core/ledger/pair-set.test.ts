import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPairSet, LONGEST_PAIR } from '#core/ledger/pair-set';

const text = fc.oneof(
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.constantFrom('', 'a', '\0', 'a\0', '\0a', '\n', 'a\n', '\uffff'),
);

describe('a set of pairs of texts', () => {
  it('holds what was added to it and nothing else, as a plain set does', () => {
    const pairs = fc.array(fc.tuple(text, text), { maxLength: 60 });
    const property = fc.property(pairs, pairs, fc.nat(40), (added, asked, expected) => {
      const set = createPairSet(expected);
      const plain = new Set<string>();
      for (const [a, b] of added) {
        set.add(a, b);
        plain.add(JSON.stringify([a, b]));
      }
      for (const [a, b] of [...added, ...asked]) {
        expect(set.has(a, b)).toBe(plain.has(JSON.stringify([a, b])));
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('tells pairs apart that differ by little, past the size it was made for', () => {
    const set = createPairSet(0);
    const count = 20_000;
    for (let index = 0; index < count; index += 1) set.add(`lot/document-${index}.pdf`, '60:1700');

    const found = { added: 0, others: 0 };
    for (let index = 0; index < count; index += 1) {
      if (set.has(`lot/document-${index}.pdf`, '60:1700')) found.added += 1;
      for (const [key, version] of [
        [`lot/document-${index}.pdf`, '60:1701'],
        [`lot/document-${index}.pd`, 'f60:1700'],
        [`lot/document-${index}.pdf6`, '0:1700'],
        [`lot/document-${index + count}.pdf`, '60:1700'],
      ] as const) {
        if (set.has(key, version)) found.others += 1;
      }
    }
    expect(found).toEqual({ added: count, others: 0 });
  });

  it('holds no pair that is too long for it', () => {
    const set = createPairSet(1);
    const long = 'x'.repeat(LONGEST_PAIR);
    set.add(long, '');
    set.add(long, 'y');

    expect([set.has(long, ''), set.has(long, 'y')]).toEqual([true, false]);
  });
});
