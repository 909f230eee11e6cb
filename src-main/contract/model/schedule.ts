// Schedule (Programmer le lanceur): rows of seven columns as EzGED shows them, from years down to seconds.
// A launcher wakes when every column of a row agrees with the local time; several rows add up, none means
// that it only runs by hand. What a column may say is checked by the core (`parseSchedule`).
import { z } from 'zod';

/** EzGED's columns in its order: Années, Mois, Jours de la semaine, Jours, Heures, Minutes, Secondes. */
export const scheduleColumns = [
  'years',
  'months',
  'weekdays',
  'days',
  'hours',
  'minutes',
  'seconds',
] as const;
export type ScheduleColumn = (typeof scheduleColumns)[number];

/** Lowest and highest value of each column, both allowed. Weekdays: 0 and 7 are both Sunday. */
export const scheduleLimits = {
  years: { min: 2000, max: 2199 },
  months: { min: 1, max: 12 },
  weekdays: { min: 0, max: 7 },
  days: { min: 1, max: 31 },
  hours: { min: 0, max: 23 },
  minutes: { min: 0, max: 59 },
  seconds: { min: 0, max: 59 },
} as const satisfies Record<ScheduleColumn, { min: number; max: number }>;

/** A comma list of `*`, `*\/n`, `a`, `a-b`, `a-b/n`; the core refuses what is longer than 200 characters. */
const columnText = z.string().max(2000);

export const ScheduleRow = z
  .object({
    years: columnText,
    months: columnText,
    weekdays: columnText,
    days: columnText,
    hours: columnText,
    minutes: columnText,
    seconds: columnText,
  })
  .readonly();
export type ScheduleRow = z.infer<typeof ScheduleRow>;

/** The union of its rows; none = never by itself, only by hand. */
export const Schedule = z.array(ScheduleRow).max(50).readonly();
export type Schedule = z.infer<typeof Schedule>;

/** EzGED's new row: every minute, at second 0. `given` replaces single columns. */
export function newScheduleRow(given: Partial<ScheduleRow> = {}): ScheduleRow {
  const everyMinute = {
    years: '*',
    months: '*',
    weekdays: '*',
    days: '*',
    hours: '*',
    minutes: '*',
    seconds: '0',
  };
  return { ...everyMinute, ...given };
}

/** Ready-made rows for the form, commonest first; the word of each is `schedule.preset.<code>`. */
export const schedulePresets = [
  { code: 'everyMinute', row: newScheduleRow() },
  { code: 'every15Seconds', row: newScheduleRow({ seconds: '*/15' }) },
  { code: 'every5Minutes', row: newScheduleRow({ minutes: '*/5' }) },
  {
    code: 'workingHours',
    row: newScheduleRow({ weekdays: '1-5', hours: '8-17', minutes: '*/5' }),
  },
  { code: 'hourly', row: newScheduleRow({ minutes: '0' }) },
  { code: 'daily', row: newScheduleRow({ hours: '8', minutes: '30' }) },
  { code: 'workdays', row: newScheduleRow({ weekdays: '1-5', hours: '8', minutes: '30' }) },
  { code: 'weekly', row: newScheduleRow({ weekdays: '1', hours: '8', minutes: '30' }) },
  { code: 'monthly', row: newScheduleRow({ days: '1', hours: '8', minutes: '30' }) },
] as const satisfies readonly { code: string; row: ScheduleRow }[];
