// The rule for the two nights in zones that turn at other hours than ours, midnight above all.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nextInstants } from '#core/schedule/next-instant';
import { rules } from './rules.ts';

type Night = {
  readonly zone: string;
  readonly what: string;
  readonly start: string;
  /** Rule, and its first two instants after `start`. */
  readonly cases: readonly (readonly [string, string, string])[];
};

const nights: readonly Night[] = [
  {
    zone: 'America/Nuuk',
    what: 'spring, 23:00 to 24:00 missing',
    start: '2027-03-27T22:00:00-02:00',
    cases: [
      ['* * * * 23 30 0', '2027-03-28T01:00:00.000Z', '2027-03-29T00:30:00.000Z'],
      ['* * * * * 30 0', '2027-03-28T00:30:00.000Z', '2027-03-28T01:30:00.000Z'],
    ],
  },
  {
    zone: 'America/Nuuk',
    what: 'autumn, 23:00 to 24:00 twice',
    start: '2027-10-30T23:10:00-01:00',
    cases: [
      ['* * * * 23 */30 0', '2027-10-31T00:30:00.000Z', '2027-11-01T01:00:00.000Z'],
      ['* * * * * */30 0', '2027-10-31T00:30:00.000Z', '2027-10-31T01:00:00.000Z'],
    ],
  },
  {
    zone: 'America/Santiago',
    what: 'spring, 0:00 to 1:00 missing',
    start: '2027-09-04T22:00:00-04:00',
    cases: [
      ['* * * * 0 30 0', '2027-09-05T04:00:00.000Z', '2027-09-06T03:30:00.000Z'],
      ['* * 0 * 0-1 0 0', '2027-09-05T04:00:00.000Z', '2027-09-12T03:00:00.000Z'],
    ],
  },
  {
    zone: 'Australia/Lord_Howe',
    what: 'spring, half an hour missing',
    start: '2027-10-02T12:00:00Z',
    cases: [
      ['* * * * 2 15 0', '2027-10-02T15:30:00.000Z', '2027-10-03T15:15:00.000Z'],
      ['* * * * 2 45 0', '2027-10-02T15:45:00.000Z', '2027-10-03T15:45:00.000Z'],
    ],
  },
];

const ownZone = process.env['TZ'];

for (const { zone, what, start, cases } of nights) {
  describe(`${zone}, ${what}`, () => {
    beforeEach(() => {
      process.env['TZ'] = zone;
    });

    afterEach(() => {
      if (ownZone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = ownZone;
    });

    it.each(cases)('%s runs at %s, then at %s', (rule, ...expected) => {
      const found = nextInstants(rules(rule), Date.parse(start), 2);
      expect(found.map((at) => at.toISOString())).toEqual(expected);
    });
  });
}
