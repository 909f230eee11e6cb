import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimal, DecimalSum, isoDate } from '#core/envelopes/formats/values';

it.each([
  ['2026-03-14', '2026-03-14'],
  ['20260314', '2026-03-14'],
  ['2026-03-14T16:51:55.000+01:00', '2026-03-14'],
  ['14/03/2026', '2026-03-14'],
  ['2026-02-30', ''],
  ['20261', ''],
  ['', ''],
])('reads the date %j as %j', (text, date) => {
  expect(isoDate(text)).toBe(date);
});

it.each([
  ['3245.681450', '3245.68145'],
  ['3245.000000', '3245.00'],
  ['12', '12.00'],
  ['1 234,5', '1234.50'],
  ["1'234.5", '1234.50'],
  ['-0.00', '0.00'],
  ['-7,1', '-7.10'],
  ['007', '7.00'],
  ['1e5', ''],
  ['', ''],
])('reads the amount %j as %j', (text, amount) => {
  expect(decimal(text)).toBe(amount);
});

it('sums without losing a cent', () => {
  const cents = fc.array(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), { minLength: 1 });
  fc.assert(
    fc.property(cents, (numbers) => {
      const amounts = numbers.map((n) => `${n < 0 ? '-' : ''}${asEuros(Math.abs(n))}`);
      const total = numbers.reduce((sum, n) => sum + n, 0);
      const sum = new DecimalSum();
      for (const amount of amounts) sum.add(amount);
      expect(sum.total()).toBe(`${total < 0 ? '-' : ''}${asEuros(Math.abs(total))}`);
    }),
  );
});

const asEuros = (cents: number): string =>
  `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
