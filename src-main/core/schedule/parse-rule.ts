// Turns the seven texts of a schedule row into the values they stand for. Strict: what cannot be read is a
// ConfigError that names the row and the column; nothing is guessed, rounded or dropped. Pure.
import {
  scheduleColumns,
  scheduleLimits,
  type Schedule,
  type ScheduleColumn,
  type ScheduleRow,
} from '#contract/model/schedule';
import { ConfigError } from '../errors.ts';

/** Values of each column, ascending, each once. Weekdays are 0 (Sunday) to 6; 7 became 0. */
export type RuleValues = Readonly<Record<ScheduleColumn, readonly number[]>>;

/** One row, read. `key` is equal for rows that say the same in the same words. */
export type ParsedRule = { readonly key: string; readonly values: RuleValues };

export type ParsedSchedule = readonly ParsedRule[];

const maxTextLength = 200;
const item = /^(?:(\*)(?:\/(\d+))?|(\d+)(?:-(\d+)(?:\/(\d+))?)?)$/;

/**
 * Reads all rows; no opinion on whether they can ever come true (`checkSchedule` has one), so that a
 * schedule whose years have passed still loads.
 * Errors: ConfigError `schedule.empty | tooLong | syntax | outOfRange | reversed | stepZero | stepTooLarge`,
 * field `schedule.<row>.<column>` (row from 0), params `row` (from 1), `column`, `text` and what is named in each.
 */
export function parseSchedule(schedule: Schedule): ParsedSchedule {
  return schedule.map(parseRow);
}

export function parseRow(row: ScheduleRow, index = 0): ParsedRule {
  const column = (name: ScheduleColumn) => parseColumn(row[name], { row: index, column: name });
  const values: RuleValues = {
    years: column('years'),
    months: column('months'),
    weekdays: column('weekdays'),
    days: column('days'),
    hours: column('hours'),
    minutes: column('minutes'),
    seconds: column('seconds'),
  };
  return { key: scheduleColumns.map((name) => row[name].replace(/\s/g, '')).join(' '), values };
}

type Place = { readonly row: number; readonly column: ScheduleColumn };

function parseColumn(text: string, place: Place): readonly number[] {
  if (text.trim() === '') throw refusal('empty', place, { text: '' });
  if (text.length > maxTextLength) {
    throw refusal('tooLong', place, { text: `${text.slice(0, 40)}…`, max: maxTextLength });
  }
  const values = new Set<number>();
  for (const part of text.split(',')) {
    for (const value of parseItem(part.trim(), place)) {
      values.add(place.column === 'weekdays' ? value % 7 : value);
    }
  }
  return [...values].sort((a, b) => a - b);
}

function parseItem(text: string, place: Place): readonly number[] {
  const { min, max } = scheduleLimits[place.column];
  const match = item.exec(text);
  if (!match) throw refusal('syntax', place, { text });
  const [, star, starStep, first, last, rangeStep] = match;
  const from = star === undefined ? Number(first) : min;
  const to = star === undefined ? Number(last ?? first) : max;
  const step = Number(starStep ?? rangeStep ?? 1);
  for (const value of [from, to]) {
    if (value < min || value > max) throw refusal('outOfRange', place, { text, value, min, max });
  }
  if (from > to) throw refusal('reversed', place, { text, from, to });
  if (step === 0) throw refusal('stepZero', place, { text });
  // `*/90` minutes would quietly mean "every hour": the writer meant something else.
  if (step > max - min) throw refusal('stepTooLarge', place, { text, step, max: max - min });
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
}

function refusal(what: string, place: Place, params: Record<string, string | number>): ConfigError {
  const where = {
    row: place.row + 1,
    column: place.column,
    columnName: `schedule.column.${place.column}`,
  };
  const field = `schedule.${place.row}.${place.column}`;
  return new ConfigError(`schedule.${what}`, { ...where, ...params }, { field });
}
