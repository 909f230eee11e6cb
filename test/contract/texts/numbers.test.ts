import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNumbers } from '#contract/texts/numbers';

const STEPS = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

describe.each(['fr', 'en'] as const)('numbers in %s', (language) => {
  const numbers = createNumbers(language);

  it('are written as Intl writes them', () => {
    const oracle = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
    const tenths = fc.integer({ min: -1e12, max: 1e12 }).map((n) => n / 10);
    fc.assert(
      fc.property(tenths, (value) => {
        expect(numbers.format(value)).toBe(oracle.format(value));
      }),
    );
  });

  it('have the grammatical number Intl gives them', () => {
    const oracle = new Intl.PluralRules(language);
    fc.assert(
      fc.property(fc.nat({ max: 999_999 }), (count) => {
        expect(numbers.plural(count)).toBe(oracle.select(count));
      }),
      { examples: [[0], [1], [2]] },
    );
  });

  it('carry the units Intl gives sizes', () => {
    const bytes = unit(language, 'byte', 'long');
    for (const count of [0, 1, 2, 999]) expect(numbers.size(count)).toBe(bytes.format(count));
    STEPS.forEach((step, index) => {
      const size = 12.5 * 1000 ** (index + 1);
      expect(numbers.size(size)).toBe(unit(language, step, 'short').format(12.5));
    });
  });
});

const unit = (language: string, name: string, unitDisplay: 'long' | 'short'): Intl.NumberFormat =>
  new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay });
