import { describe, expect, it } from 'vitest';
import {
  newScheduleRow,
  Schedule,
  scheduleColumns,
  schedulePresets,
} from '#contract/model/schedule';
import { toErrorBody } from '#core/errors';
import { parseRow, parseSchedule } from '#core/schedule/parse-rule';
import { row } from './rules.ts';

function refusalOf(parse: () => unknown) {
  try {
    parse();
  } catch (thrown) {
    return toErrorBody(thrown);
  }
  throw new Error('was accepted');
}

describe('a new row', () => {
  it('is every minute at second 0, as in EzGED', () => {
    const texts = scheduleColumns.map((name) => newScheduleRow()[name]);
    expect(texts.join(' ')).toBe('* * * * * * 0');
  });

  it('is accepted by the contract, in a schedule of none, one or several rows', () => {
    for (const schedule of [[], [newScheduleRow()], [newScheduleRow(), newScheduleRow()]]) {
      expect(Schedule.parse(schedule)).toEqual(schedule);
    }
  });
});

describe('reading a column', () => {
  it.each([
    ['seconds', '*/15', [0, 15, 30, 45]],
    ['minutes', '0-45/15', [0, 15, 30, 45]],
    ['hours', '8-18/2', [8, 10, 12, 14, 16, 18]],
    ['hours', '8-18/3', [8, 11, 14, 17]],
    ['days', '1-31/10', [1, 11, 21, 31]],
    ['days', '*/2', [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31]],
    ['months', '3', [3]],
    ['months', '12,1,6', [1, 6, 12]],
    ['minutes', '10-12,11,0,*/30', [0, 10, 11, 12, 30]],
    ['seconds', ' 5 , 7-9 ', [5, 7, 8, 9]],
    ['seconds', '007', [7]],
    ['hours', '0-0', [0]],
    ['weekdays', '*', [0, 1, 2, 3, 4, 5, 6]],
    ['weekdays', '7', [0]],
    ['weekdays', '0,7', [0]],
    ['weekdays', '5-7', [0, 5, 6]],
    ['weekdays', '1-5', [1, 2, 3, 4, 5]],
    ['years', '2027-2029', [2027, 2028, 2029]],
    ['years', '2028-2040/4', [2028, 2032, 2036, 2040]],
  ] as const)('%s "%s" stands for %j', (column, text, values) => {
    expect(parseRow(newScheduleRow({ [column]: text })).values[column]).toEqual(values);
  });

  it('counts the steps of years from 2000, so that */4 means the leap years', () => {
    const { years } = parseRow(newScheduleRow({ years: '*/4' })).values;
    expect(years).toContain(2028);
    expect(years).not.toContain(2027);
  });

  it('gives rows that say the same in the same words the same key, whatever their blanks', () => {
    const spaced = parseRow(newScheduleRow({ hours: ' 8 , 12 ' }));
    expect(spaced.key).toBe(parseRow(newScheduleRow({ hours: '8,12' })).key);
    expect(spaced.key).not.toBe(parseRow(newScheduleRow({ hours: '8,13' })).key);
  });

  it('reads every preset', () => {
    expect(() => parseSchedule(schedulePresets.map((preset) => preset.row))).not.toThrow();
  });
});

describe('a column that cannot be read', () => {
  it.each([
    ['years', '', 'empty', {}],
    ['seconds', '   ', 'empty', {}],
    ['minutes', 'x', 'syntax', { text: 'x' }],
    ['minutes', '5,', 'syntax', { text: '' }],
    ['minutes', ',5', 'syntax', { text: '' }],
    ['minutes', '1,2;3', 'syntax', { text: '2;3' }],
    ['hours', '8h', 'syntax', { text: '8h' }],
    ['hours', '8-', 'syntax', { text: '8-' }],
    ['hours', '-8', 'syntax', { text: '-8' }],
    ['hours', '8-10-12', 'syntax', { text: '8-10-12' }],
    ['hours', '8/2', 'syntax', { text: '8/2' }],
    ['hours', '8 10', 'syntax', { text: '8 10' }],
    ['hours', '8.5', 'syntax', { text: '8.5' }],
    ['hours', '1e1', 'syntax', { text: '1e1' }],
    ['hours', '٨', 'syntax', { text: '٨' }],
    ['seconds', '**', 'syntax', { text: '**' }],
    ['seconds', '*/', 'syntax', { text: '*/' }],
    ['seconds', '*/-1', 'syntax', { text: '*/-1' }],
    ['weekdays', 'mon', 'syntax', { text: 'mon' }],
    ['months', '0', 'outOfRange', { value: 0, min: 1, max: 12 }],
    ['months', '13', 'outOfRange', { value: 13, min: 1, max: 12 }],
    ['weekdays', '8', 'outOfRange', { value: 8, min: 0, max: 7 }],
    ['days', '32', 'outOfRange', { value: 32, min: 1, max: 31 }],
    ['days', '0-5', 'outOfRange', { value: 0, min: 1, max: 31 }],
    ['hours', '24', 'outOfRange', { value: 24, min: 0, max: 23 }],
    ['minutes', '61-70', 'outOfRange', { value: 61, min: 0, max: 59 }],
    ['seconds', '1,60', 'outOfRange', { text: '60', value: 60 }],
    ['years', '1999', 'outOfRange', { value: 1999, min: 2000, max: 2199 }],
    ['years', '9999999999999999999999', 'outOfRange', { min: 2000, max: 2199 }],
    ['hours', '22-6', 'reversed', { text: '22-6', from: 22, to: 6 }],
    ['minutes', '50-10', 'reversed', { from: 50, to: 10 }],
    ['weekdays', '6-1', 'reversed', { from: 6, to: 1 }],
    ['seconds', '*/0', 'stepZero', { text: '*/0' }],
    ['seconds', '0-59/0', 'stepZero', { text: '0-59/0' }],
    ['minutes', '*/90', 'stepTooLarge', { step: 90, max: 59 }],
    ['hours', '0-3/24', 'stepTooLarge', { step: 24, max: 23 }],
    ['seconds', '0,'.repeat(101), 'tooLong', { max: 200 }],
  ] as const)('%s "%s" is refused as %s', (column, text, what, params) => {
    const schedule = [newScheduleRow(), newScheduleRow({ [column]: text })];
    const refusal = refusalOf(() => parseSchedule(schedule));
    expect(refusal).toMatchObject({
      kind: 'config',
      code: `schedule.${what}`,
      field: `schedule.1.${column}`,
      params: { row: 2, column, columnName: `schedule.column.${column}`, ...params },
    });
  });

  it('is named even when several are wrong: the leftmost one first', () => {
    const refusal = refusalOf(() => parseSchedule([row('* * * 0 24 60 x')]));
    expect(refusal.field).toBe('schedule.0.days');
  });

  it('does not echo an endless text', () => {
    const refusal = refusalOf(() => parseRow(newScheduleRow({ hours: '1'.repeat(2000) })));
    expect(String(refusal.params['text']).length).toBeLessThan(50);
  });
});
