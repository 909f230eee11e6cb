// A schedule row in words, as phrases (code + parameters) that a shell turns into a sentence of its language:
// "du lundi au vendredi, à 8 h 30". Pure. What the phrases say is exactly what the row does.
import type { Reason } from '#contract/error-codes';
import { scheduleLimits } from '#contract/model/schedule';
import type { Texts } from '#contract/texts/texts';
import { dividingStep, isFull, listText, runsOf } from './number-lists.ts';
import type { ParsedRule, RuleValues } from './parse-rule.ts';

/**
 * `code` is a key of the locales (`schedule.words.…`); so is a parameter that starts with `schedule.` (the name
 * of a weekday or a month), which `Texts.say` fills in as that word.
 */
export type Phrase = {
  readonly code: `schedule.words.${string}`;
  readonly params: Readonly<Record<string, string | number>>;
};

/** Hours with more times of day than this are told as a range, not one by one. */
const maxTimes = 6;

/** Days first for times of day ("tous les jours, à 8 h"), rhythm first for a cadence ("toutes les 15 secondes, …"). */
export function describeRule(rule: ParsedRule): readonly Phrase[] {
  const { values } = rule;
  const dates = [...dayPhrases(values), ...yearPhrases(values.years)];
  const times = timesOfDay(values);
  if (times === null) return [...cadencePhrases(values), ...dates];
  return dates.length === 0 ? [phrase('everyDay'), ...times] : [...dates, ...times];
}

/** The phrases as one sentence without capital and full stop. */
export function sayPhrases(phrases: readonly Reason[], say: Texts['say']): string {
  return phrases.map(({ code, params }) => say(code, params)).join(', ');
}

function phrase(code: string, params: Phrase['params'] = {}): Phrase {
  return { code: `schedule.words.${code}`, params };
}

/** Each time of day, when there are few of them; null = better told as a cadence. */
function timesOfDay({ hours, minutes, seconds }: RuleValues): readonly Phrase[] | null {
  const [second] = seconds;
  if (second === undefined || seconds.length > 1) return null;
  if (hours.length * minutes.length > maxTimes) return null;
  const times = hours.flatMap((hour) => minutes.map((minute) => ({ hour, minute })));
  return times.map(({ hour, minute }) => {
    if (second > 0) {
      return phrase('atHourMinuteSecond', {
        hour,
        minute: twoDigits(minute),
        second: twoDigits(second),
      });
    }
    if (minute > 0) return phrase('atHourMinute', { hour, minute: twoDigits(minute) });
    return phrase('atHour', { hour });
  });
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function cadencePhrases({ hours, minutes, seconds }: RuleValues): readonly Phrase[] {
  const rhythm = rhythmWithinHour(minutes, seconds);
  if (rhythm !== null) return [...rhythm, ...hourPhrases(hours)];
  const onTheHour = isOnlyZero(minutes) && isOnlyZero(seconds);
  const at = [
    ...(onTheHour ? [] : [atPhrase('Minute', minutes)]),
    ...(isOnlyZero(seconds) ? [] : [atPhrase('Second', seconds)]),
  ];
  const step = dividingStep(hours, 24) ?? 1;
  if (step > 1 && step < 24) return [phrase('everyHours', { count: step }), ...at];
  return [phrase('everyHour'), ...hourPhrases(hours), ...at];
}

/** Rhythms shorter than an hour; null = what there is repeats with the hours. */
function rhythmWithinHour(
  minutes: readonly number[],
  seconds: readonly number[],
): readonly Phrase[] | null {
  const minuteStep = dividingStep(minutes, 60);
  const secondStep = dividingStep(seconds, 60);
  if (secondStep === 60 && minuteStep !== null && minuteStep < 60) {
    return [
      minuteStep === 1 ? phrase('everyMinute') : phrase('everyMinutes', { count: minuteStep }),
    ];
  }
  if (secondStep !== null && secondStep < 60) {
    const rhythm =
      secondStep === 1 ? phrase('everySecond') : phrase('everySeconds', { count: secondStep });
    return minuteStep === 1 ? [rhythm] : [rhythm, atPhrase('Minute', minutes)];
  }
  return minuteStep === 1 ? [phrase('everyMinute'), atPhrase('Second', seconds)] : null;
}

function atPhrase(unit: 'Minute' | 'Second', values: readonly number[]): Phrase {
  return phrase(`at${unit}${values.length === 1 ? '' : 's'}`, { list: listText(values) });
}

function isOnlyZero(values: readonly number[]): boolean {
  return values.length === 1 && values[0] === 0;
}

function hourPhrases(hours: readonly number[]): readonly Phrase[] {
  if (isFull(hours, scheduleLimits.hours)) return [];
  const runs = runsOf(hours);
  if (runs.length > 3) return [phrase('inHours', { list: listText(hours) })];
  return runs.map(({ from, to }) => phrase('between', { from, to }));
}

function dayPhrases({ weekdays, days, months }: RuleValues): readonly Phrase[] {
  const anyDay = isFull(days, scheduleLimits.days);
  const anyWeekday = weekdays.length === 7;
  const dates = anyDay ? monthPhrases(months) : datePhrases(days, months);
  if (anyWeekday) return dates;
  const onWeekdays = weekdayPhrases(weekdays, anyDay ? 'on' : 'onlyOn');
  return anyDay ? [...onWeekdays, ...dates] : [...dates, ...onWeekdays];
}

function datePhrases(days: readonly number[], months: readonly number[]): readonly Phrase[] {
  const [day] = days;
  const [month] = months;
  const single = days.length === 1 ? day : undefined;
  const list = listText(days);
  if (isFull(months, scheduleLimits.months)) {
    if (single === 1) return [phrase('firstOfEachMonth')];
    if (single !== undefined) return [phrase('dayOfEachMonth', { day: single })];
    return [phrase('daysOfEachMonth', { list })];
  }
  if (single !== undefined && months.length === 1 && month !== undefined) {
    const params = { month: monthKey(month) };
    return [
      single === 1 ? phrase('firstOf', params) : phrase('dateOf', { ...params, day: single }),
    ];
  }
  return [phrase('days', { list }), ...monthPhrases(months)];
}

function monthPhrases(months: readonly number[]): readonly Phrase[] {
  if (isFull(months, scheduleLimits.months)) return [];
  return runsOf(months).flatMap(({ from, to }) => {
    if (from === to) return [phrase('inMonth', { month: monthKey(from) })];
    return [phrase('inMonths', { from: monthKey(from), to: monthKey(to) })];
  });
}

/** Monday first, so that a week-end is one run. */
function weekdayPhrases(weekdays: readonly number[], on: 'on' | 'onlyOn'): readonly Phrase[] {
  const mondayFirst = weekdays
    .map((weekday) => (weekday === 0 ? 7 : weekday))
    .sort((a, b) => a - b);
  return runsOf(mondayFirst).map(({ from, to }) =>
    from === to
      ? phrase(`${on}Weekday`, { weekday: weekdayKey(from) })
      : phrase(`${on}Weekdays`, { from: weekdayKey(from), to: weekdayKey(to) }),
  );
}

function yearPhrases(years: readonly number[]): readonly Phrase[] {
  if (isFull(years, scheduleLimits.years)) return [];
  return [phrase('inYears', { list: listText(years) })];
}

function monthKey(month: number): string {
  return `schedule.month.${month}`;
}

function weekdayKey(weekday: number): string {
  return `schedule.weekday.${weekday}`;
}
