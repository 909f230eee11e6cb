import './paris.ts';
import { describe, expect, it } from 'vitest';
import { schedulePresets } from '#contract/model/schedule';
import { toErrorBody } from '#core/errors';
import { checkSchedule } from '#core/schedule/check-schedule';
import { row } from './rules.ts';

const now = new Date(2026, 10, 22, 10, 0);

function refusalOf(...texts: readonly string[]) {
  try {
    checkSchedule(texts.map(row), now);
  } catch (thrown) {
    return toErrorBody(thrown);
  }
  return null;
}

describe('a rule that never comes true', () => {
  it.each([
    ['31 February', '* 2 * 31 8 0 0', 'noSuchDay', 'days'],
    ['30 February', '* 2 * 30,31 * * 0', 'noSuchDay', 'days'],
    ['31 April, June, September, November', '* 4,6,9,11 * 31 * * 0', 'noSuchDay', 'days'],
    ['29 February in years that have none', '2027,2029-2031 2 * 29 8 0 0', 'notLeapYear', 'years'],
    ['29 February of 2100', '2100 2 * 29 8 0 0', 'notLeapYear', 'years'],
    ['1 January 2027 on a Sunday', '2027 1 7 1 8 0 0', 'weekday', 'weekdays'],
    ['29 February 2028 on a Monday', '2028 2 1 29 8 0 0', 'weekday', 'weekdays'],
    ['only past years', '2020-2025 * * * * * 0', 'past', 'years'],
    ['an earlier month of this year', '2026 1-10 * * * * 0', 'past', 'years'],
    ['an earlier minute of today', '2026 11 * 22 9 59 0', 'past', 'years'],
    ['exactly now', '2026 11 * 22 10 0 0', 'past', 'years'],
  ])('is refused: %s', (_title, text, reason, column) => {
    expect(refusalOf(text)).toMatchObject({
      kind: 'config',
      code: 'schedule.never',
      field: `schedule.0.${column}`,
      params: { row: 1, column, reason, reasonText: `schedule.never.${reason}` },
    });
  });

  it('is refused among rows that are fine, by its own number', () => {
    expect(refusalOf('* * * * * * 0', '* 2 * 31 * * 0')).toMatchObject({
      field: 'schedule.1.days',
      params: { row: 2 },
    });
  });
});

describe('a rule that comes true at least once', () => {
  it.each([
    ['a last second of today', '2026 11 7 22 10 0 1'],
    ['29 February', '* 2 * 29 8 0 0'],
    ['29 February on a Sunday, 2032', '* 2 0 29 8 0 0'],
    ['Friday the 13th', '* * 5 13 * * 0'],
    ['the 31st of any month', '* * * 31 * * 0'],
    ['a time in the hour that spring skips', '2027 3 * 28 2 30 0'],
    ['the last year there is', '2199 12 * 31 23 59 59'],
  ])('is accepted: %s', (_title, text) => {
    expect(refusalOf(text)).toBeNull();
  });

  it('is accepted: no row at all, and every preset', () => {
    expect(checkSchedule([], now)).toEqual([]);
    const presets = schedulePresets.map((preset) => preset.row);
    expect(checkSchedule(presets, now)).toHaveLength(presets.length);
  });
});
