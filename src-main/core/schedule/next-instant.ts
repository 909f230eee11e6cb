// When a schedule comes true next, in the local time zone of the process. Pure and bounded: it walks
// calendar days up to the year 2199 and never spins, whatever the rule; the usual answer costs microseconds.
//
// All columns must agree, days and weekdays too; rows add up and instants they share count once.
// The two nights on which the clocks change, row by row:
// - a row whose hours are all 24 is a cadence: in spring it steps over the missing hour (which did not exist),
//   in autumn it runs in both passes of the repeated hour, so its rhythm in elapsed time never changes;
// - any other row names times of day, and each of them counts once: in spring those that fall into the missing
//   hour run together, once, at the first instant after it (daily 02:30 runs at 03:00; `*/15` with hours `2`
//   also runs once, at 03:00); in autumn they run in the first pass only (`*/15` with hours `2`: four runs).
import type { ParsedRule, ParsedSchedule } from './parse-rule.ts';

type Day = { readonly year: number; readonly month: number; readonly day: number };

const secondsPerDay = 86_400;

/** First instant strictly later than `afterMs` (UTC ms), on a whole second; null = never again. */
export function nextInstant(schedule: ParsedSchedule, afterMs: number): Date | null {
  const instants = schedule.map((rule) => nextOfRule(rule, afterMs)).filter((at) => at !== null);
  return instants.length === 0 ? null : new Date(Math.min(...instants));
}

/** The next `count` instants, ascending, fewer if the schedule ends. */
export function nextInstants(
  schedule: ParsedSchedule,
  afterMs: number,
  count: number,
): readonly Date[] {
  const instants: Date[] = [];
  let at = nextInstant(schedule, afterMs);
  while (at !== null && instants.length < count) {
    instants.push(at);
    at = nextInstant(schedule, at.getTime());
  }
  return instants;
}

function nextOfRule(rule: ParsedRule, afterMs: number): number | null {
  const from = new Date(afterMs);
  if (Number.isNaN(from.getTime()) || nextSecond(rule, 0) === null) return null;
  let day = matchingDay(rule, {
    year: from.getFullYear(),
    month: from.getMonth() + 1,
    day: from.getDate(),
  });
  // Days only grow, and end with the years of the rule.
  while (day !== null) {
    const at = firstInDay(rule, day, afterMs);
    if (at !== null) return at;
    day = matchingDay(rule, { ...day, day: day.day + 1 });
  }
  return null;
}

/** First matching calendar day not before `from`, whose day may be one past the end of its month. */
function matchingDay({ values }: ParsedRule, from: Day): Day | null {
  for (const year of values.years) {
    if (year < from.year) continue;
    for (const month of values.months) {
      if (year === from.year && month < from.month) continue;
      const sameMonth = year === from.year && month === from.month;
      const monthLength = new Date(Date.UTC(year, month, 0)).getUTCDate();
      const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
      for (const day of values.days) {
        if (day > monthLength) break;
        if (sameMonth && day < from.day) continue;
        if (values.weekdays.includes((firstWeekday + day - 1) % 7)) return { year, month, day };
      }
    }
  }
  return null;
}

function firstInDay(rule: ParsedRule, { year, month, day }: Day, afterMs: number): number | null {
  const startMs = new Date(year, month - 1, day).getTime();
  const endMs = new Date(year, month - 1, day + 1).getTime();
  const oldOffsetMs = offsetMs(startMs - 1);
  // At the end itself: where the last hour of a day is skipped (Nuuk), the turn is the next midnight.
  const newOffsetMs = offsetMs(endMs);
  if (oldOffsetMs === newOffsetMs && endMs - startMs === secondsPerDay * 1000) {
    const second = nextSecond(rule, secondAfter(afterMs - startMs));
    return second === null ? null : startMs + second * 1000;
  }
  const turnMs = offsetChange(startMs - 1, endMs);
  const midnightMs = Date.UTC(year, month - 1, day);
  return firstInTurningDay(rule, { turnMs, midnightMs, oldOffsetMs, newOffsetMs }, afterMs);
}

type Turn = {
  /** First instant with the new offset. */
  readonly turnMs: number;
  /** Midnight of the day as if its wall clock were UTC. */
  readonly midnightMs: number;
  readonly oldOffsetMs: number;
  readonly newOffsetMs: number;
};

/** A day on which the clocks change: the old time up to the turn, the missing times, the new time. */
function firstInTurningDay(rule: ParsedRule, turn: Turn, afterMs: number): number | null {
  const { turnMs, midnightMs, oldOffsetMs, newOffsetMs } = turn;
  const isCadence = rule.values.hours.length === 24;
  const oldSecond = (turnMs + oldOffsetMs - midnightMs) / 1000;
  const newSecond = (turnMs + newOffsetMs - midnightMs) / 1000;

  const before = nextSecond(rule, secondAfter(afterMs + oldOffsetMs - midnightMs));
  if (before !== null && before < oldSecond) return midnightMs + before * 1000 - oldOffsetMs;

  if (!isCadence && turnMs > afterMs) {
    const missing = nextSecond(rule, Math.max(oldSecond, 0));
    if (missing !== null && missing < newSecond) return turnMs;
  }

  const firstSecond = isCadence ? newSecond : Math.max(newSecond, oldSecond);
  const from = Math.max(firstSecond, secondAfter(afterMs + newOffsetMs - midnightMs));
  const later = nextSecond(rule, Math.max(from, 0));
  return later === null ? null : midnightMs + later * 1000 - newOffsetMs;
}

/** First whole second of the day strictly after `elapsedMs` since midnight. */
function secondAfter(elapsedMs: number): number {
  return Math.max(0, Math.floor(elapsedMs / 1000) + 1);
}

/** First matching second of a day not before second `from`; null = none is left that day. */
function nextSecond({ values }: ParsedRule, from: number): number | null {
  const hour = Math.floor(from / 3600);
  const minute = Math.floor((from % 3600) / 60);
  const { hours, minutes, seconds } = values;
  const inHour = hours.includes(hour);
  if (inHour && minutes.includes(minute)) {
    const second = atLeast(seconds, from % 60);
    if (second !== undefined) return hour * 3600 + minute * 60 + second;
  }
  const laterMinute = inHour ? atLeast(minutes, minute + 1) : undefined;
  const laterHour = laterMinute === undefined ? atLeast(hours, hour + 1) : hour;
  const [firstMinute] = minutes;
  const [firstSecond] = seconds;
  if (laterHour === undefined || firstMinute === undefined || firstSecond === undefined)
    return null;
  return laterHour * 3600 + (laterMinute ?? firstMinute) * 60 + firstSecond;
}

function atLeast(ascending: readonly number[], low: number): number | undefined {
  return ascending.find((value) => value >= low);
}

function offsetMs(instantMs: number): number {
  return -new Date(instantMs).getTimezoneOffset() * 60_000;
}

/** The first instant after `lowMs` that has the offset of `highMs`. */
function offsetChange(lowMs: number, highMs: number): number {
  const newOffsetMs = offsetMs(highMs);
  let low = lowMs;
  let high = highMs;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle) === newOffsetMs) high = middle;
    else low = middle;
  }
  return high;
}
