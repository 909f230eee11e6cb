// Refuses, when a schedule is saved, a row that can never come true again, and says why. Pure.
import { scheduleLimits, type Schedule, type ScheduleColumn } from '#contract/model/schedule';
import { ConfigError } from '../errors.ts';
import { nextInstant } from './next-instant.ts';
import { parseSchedule, type ParsedRule, type ParsedSchedule } from './parse-rule.ts';

/**
 * `noSuchDay`: none of its months has any of its days (31 February);
 * `notLeapYear`: it wants 29 February, and none of its years is a leap year;
 * `weekday`: its days never fall on its weekdays in its years;
 * `past`: all its instants are behind us.
 */
export type NeverReason = 'noSuchDay' | 'notLeapYear' | 'weekday' | 'past';

const culprit: Readonly<Record<NeverReason, ScheduleColumn>> = {
  noSuchDay: 'days',
  notLeapYear: 'years',
  weekday: 'weekdays',
  past: 'years',
};

/** Errors: those of `parseSchedule`, and ConfigError `schedule.never` with `reason`, at the column to edit. */
export function checkSchedule(schedule: Schedule, now: Date): ParsedSchedule {
  const parsed = parseSchedule(schedule);
  parsed.forEach((rule, index) => {
    if (nextInstant([rule], now.getTime()) === null) throw never(whyNever(rule), index);
  });
  return parsed;
}

function whyNever(rule: ParsedRule): NeverReason {
  const { years, months, days } = rule.values;
  const leapYear = 2000;
  const canExist = (year: number) =>
    months.some((month) => days.some((day) => day <= daysInMonth(year, month)));
  if (!canExist(leapYear)) return 'noSuchDay';
  if (!years.some(canExist)) return 'notLeapYear';
  const beforeAllMs = new Date(scheduleLimits.years.min, 0, 1).getTime() - 1;
  return nextInstant([rule], beforeAllMs) === null ? 'weekday' : 'past';
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function never(reason: NeverReason, index: number): ConfigError {
  const column = culprit[reason];
  const params = {
    row: index + 1,
    column,
    columnName: `schedule.column.${column}`,
    reason,
    reasonText: `schedule.never.${reason}`,
  };
  return new ConfigError('schedule.never', params, { field: `schedule.${index}.${column}` });
}
