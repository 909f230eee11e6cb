import './paris.ts';
import { describe, expect, it } from 'vitest';
import { scheduleColumns } from '#contract/model/schedule';
import { nextInstant, nextInstants } from '#core/schedule/next-instant';
import type { ParsedRule, RuleValues } from '#core/schedule/parse-rule';
import { local, ms, rules } from './rules.ts';

function after(start: string, count: number, ...texts: readonly string[]): readonly string[] {
  return nextInstants(rules(...texts), ms(start), count).map(local);
}

describe('the next instant', () => {
  it.each([
    ['every 15 s', '* * * * * * */15', '2026-11-22T10:00:00', '2026-11-22 10:00:15+01'],
    ['within a second', '* * * * * * *', '2026-11-22T10:00:00.999', '2026-11-22 10:00:01+01'],
    [
      'on the last of a range with step',
      '* * * * * 0-45/15 0',
      '2026-11-22T10:31',
      '2026-11-22 10:45:00+01',
    ],
    ['over an hour', '* * * * * 5 30', '2026-11-22T10:05:30', '2026-11-22 11:05:30+01'],
    ['over midnight', '* * * * 8 30 0', '2026-11-22T08:30', '2026-11-23 08:30:00+01'],
    ['over a month', '* * * 31 8 0 0', '2027-01-31T08:00', '2027-03-31 08:00:00+02'],
    ['over the year end', '* * * * * * 0', '2026-12-31T23:59:30', '2027-01-01 00:00:00+01'],
    ['in a far year', '2099 1 * 1 0 0 0', '2026-11-22T10:00', '2099-01-01 00:00:00+01'],
    ['on a weekday', '* * 1-5 * 8 30 0', '2026-11-20T12:00', '2026-11-23 08:30:00+01'],
    ['on a Sunday written 7', '* * 7 * 0 0 0', '2026-11-23T00:00', '2026-11-29 00:00:00+01'],
    ['on 29 February', '* 2 * 29 0 0 0', '2026-11-22T10:00', '2028-02-29 00:00:00+01'],
    [
      'on 29 February of 2104, 2100 being none',
      '2097-2199 2 * 29 0 0 0',
      '2026-11-22T10:00',
      '2104-02-29 00:00:00+01',
    ],
    ['on a Sunday 29 February', '* 2 0 29 0 0 0', '2026-11-22T10:00', '2032-02-29 00:00:00+01'],
    ['long before the first year', '* * * * * * 0', '1950-01-01T00:00', '2000-01-01 00:00:00+01'],
  ])('%s', (_title, rule, start, expected) => {
    expect(after(start, 1, rule)).toEqual([expected]);
  });

  it('wants all columns at once, day and weekday too: Friday the 13th', () => {
    expect(after('2026-11-22T10:00', 3, '* * 5 13 9 0 0')).toEqual([
      '2027-08-13 09:00:00+02',
      '2028-10-13 09:00:00+02',
      '2029-04-13 09:00:00+02',
    ]);
  });

  it('adds rows up, and counts an instant they share once', () => {
    const twoRows = ['* * * * 8,12 0 0', '* * * * 12,18 0 0'];
    expect(after('2026-11-22T00:00', 4, ...twoRows)).toEqual([
      '2026-11-22 08:00:00+01',
      '2026-11-22 12:00:00+01',
      '2026-11-22 18:00:00+01',
      '2026-11-23 08:00:00+01',
    ]);
  });

  it('ends with the rule: fewer instants than asked, then none', () => {
    expect(after('2026-12-31T23:59:58', 5, '2026 * * * * * *')).toEqual(['2026-12-31 23:59:59+01']);
    expect(after('2027-01-01T00:00', 5, '2026 * * * * * *')).toEqual([]);
    expect(after('2199-12-31T23:59:59', 5, '* * * * * * *')).toEqual([]);
  });

  it('is never without a row', () => {
    expect(nextInstant([], ms('2026-11-22T10:00'))).toBeNull();
  });

  it.each([NaN, Infinity, -Infinity, 9e15])(
    'is never after %d, which is no instant',
    (nonsense) => {
      expect(nextInstant(rules('* * * * * * *'), nonsense)).toBeNull();
    },
  );
});

describe('the spring night, 28 March 2027, 02:00 to 03:00 missing', () => {
  it('runs a time of day of the missing hour once, right after it', () => {
    expect(after('2027-03-27T12:00', 2, '* * * * 2 30 0')).toEqual([
      '2027-03-28 03:00:00+02',
      '2027-03-29 02:30:00+02',
    ]);
  });

  it('runs several times of the missing hour once altogether (*/15 with hours 2)', () => {
    expect(after('2027-03-27T12:00', 3, '* * * * 2 */15 0')).toEqual([
      '2027-03-28 03:00:00+02',
      '2027-03-29 02:00:00+02',
      '2027-03-29 02:15:00+02',
    ]);
  });

  it('merges the run made up for with one that is due at 03:00 anyway', () => {
    expect(after('2027-03-28T01:30', 3, '* * * * 1-3 */30 0')).toEqual([
      '2027-03-28 03:00:00+02',
      '2027-03-28 03:30:00+02',
      '2027-03-29 01:00:00+02',
    ]);
  });

  it('runs a rule made for the missing time alone', () => {
    expect(after('2026-11-22T10:00', 2, '2027 3 * 28 2 30 15')).toEqual(['2027-03-28 03:00:00+02']);
  });

  it('goes on in step with a cadence: no run is made up for', () => {
    expect(after('2027-03-28T00:30', 3, '* * * * * 30 0')).toEqual([
      '2027-03-28 01:30:00+01',
      '2027-03-28 03:30:00+02',
      '2027-03-28 04:30:00+02',
    ]);
    expect(after('2027-03-28T01:59:30', 3, '* * * * * * */15')).toEqual([
      '2027-03-28 01:59:45+01',
      '2027-03-28 03:00:00+02',
      '2027-03-28 03:00:15+02',
    ]);
  });

  it('leaves the times around it alone', () => {
    expect(after('2027-03-28T00:00', 3, '* * * * 1,3 59 0')).toEqual([
      '2027-03-28 01:59:00+01',
      '2027-03-28 03:59:00+02',
      '2027-03-29 01:59:00+02',
    ]);
  });
});

describe('the autumn night, 31 October 2027, 02:00 to 03:00 twice', () => {
  it('runs a time of day once, in the first pass', () => {
    expect(after('2027-10-30T12:00', 2, '* * * * 2 30 0')).toEqual([
      '2027-10-31 02:30:00+02',
      '2027-11-01 02:30:00+01',
    ]);
  });

  it('runs each of several times once (*/15 with hours 2)', () => {
    expect(after('2027-10-30T12:00', 5, '* * * * 2 */15 0')).toEqual([
      '2027-10-31 02:00:00+02',
      '2027-10-31 02:15:00+02',
      '2027-10-31 02:30:00+02',
      '2027-10-31 02:45:00+02',
      '2027-11-01 02:00:00+01',
    ]);
  });

  it('goes from the first pass to three o’clock with hours 1-3', () => {
    expect(after('2027-10-31T02:30:00+02:00', 2, '* * * * 1-3 */45 0')).toEqual([
      '2027-10-31 02:45:00+02',
      '2027-10-31 03:00:00+01',
    ]);
  });

  it('runs a cadence in both passes, in step', () => {
    expect(after('2027-10-31T02:30:00+02:00', 4, '* * * * * */30 0')).toEqual([
      '2027-10-31 02:00:00+01',
      '2027-10-31 02:30:00+01',
      '2027-10-31 03:00:00+01',
      '2027-10-31 03:30:00+01',
    ]);
  });

  it('takes all 24 hours, however written, for a cadence', () => {
    expect(after('2027-10-31T02:30:00+02:00', 1, '* * * * 0-11,12-23 30 0')).toEqual([
      '2027-10-31 02:30:00+01',
    ]);
  });

  it('judges each row by itself: a cadence beside a time of day', () => {
    expect(after('2027-10-31T02:00:00+02:00', 3, '* * * * 2 15 0', '* * * * * 0 0')).toEqual([
      '2027-10-31 02:15:00+02',
      '2027-10-31 02:00:00+01',
      '2027-10-31 03:00:00+01',
    ]);
  });

  it('answers from within the second pass', () => {
    expect(after('2027-10-31T02:10:00+01:00', 1, '* * * * 2 * *')).toEqual([
      '2027-11-01 02:00:00+01',
    ]);
    expect(after('2027-10-31T02:10:00+01:00', 1, '* * * * * * *')).toEqual([
      '2027-10-31 02:10:01+01',
    ]);
  });
});

describe('what freezes the recurrence rules of node-schedule', () => {
  const start = '2026-11-22T10:00';

  it.each([
    ['31 February', '* 2 * 31 * * 0'],
    ['31 April, June, September, November', '* 4,6,9,11 * 31 * * 0'],
    ['past years as a list', '2020,2021 * * * * * 0'],
    ['past years as a range', '2020-2025 * * * * * 0'],
    ['a past year', '2020 * * * * * 0'],
    ['29 February of a year without', '2027 2 * 29 * * 0'],
    ['a year list that has just ended', '2025,2026 1-10 * * * * 0'],
  ])('answers "never": %s', (_title, rule) => {
    expect(after(start, 1, rule)).toEqual([]);
  });

  it('answers for the missing hour of spring', () => {
    expect(after(start, 1, '2027 3 * 28 2 30 *')).toEqual(['2027-03-28 03:00:00+02']);
  });

  it.each(scheduleColumns)('answers "never" for a rule without any %s', (column) => {
    expect(nextInstant([withValues({ [column]: [] })], ms(start))).toBeNull();
  });

  function withValues(given: Partial<RuleValues>): ParsedRule {
    const [everySecond] = rules('* * * * * * *');
    return { key: 'by hand', values: { ...everySecond!.values, ...given } };
  }
});
