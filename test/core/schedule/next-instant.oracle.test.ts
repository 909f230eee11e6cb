// Random rules against two oracles: croner everywhere but in the two nights on which the clocks change, where
// our rule is stated in next-instant.ts and a second-by-second walk through the night stands for it.
import './paris.ts';
import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  scheduleColumns,
  scheduleLimits,
  type ScheduleColumn,
  type ScheduleRow,
} from '#contract/model/schedule';
import { nextInstant, nextInstants } from '#core/schedule/next-instant';
import { parseSchedule, type RuleValues } from '#core/schedule/parse-rule';
import { local, ms } from './rules.ts';

const hourMs = 3_600_000;

/** Any text the grammar allows, within narrower years so that most rules come true. */
function columnText(column: ScheduleColumn): fc.Arbitrary<string> {
  const { min, max } = column === 'years' ? { min: 2026, max: 2034 } : scheduleLimits[column];
  const value = fc.integer({ min, max });
  const step = fc.integer({ min: 1, max: max - min });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const item = fc.oneof(
    value.map(String),
    range,
    fc.tuple(range, step).map(([text, every]) => `${text}/${every}`),
  );
  // croner counts `*/n` years from 1, we from 2000.
  const star = column === 'years' ? fc.constant('*') : step.map((every) => `*/${every}`);
  const list = fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => items.join(','));
  const weight = column === 'years' || column === 'months' || column === 'weekdays' ? 6 : 2;
  return fc.oneof(
    { arbitrary: fc.constant('*'), weight },
    { arbitrary: star, weight: 2 },
    { arbitrary: list, weight: 3 },
  );
}

const anyRow: fc.Arbitrary<ScheduleRow> = fc.record({
  years: columnText('years'),
  months: columnText('months'),
  weekdays: columnText('weekdays'),
  days: columnText('days'),
  hours: columnText('hours'),
  minutes: columnText('minutes'),
  seconds: columnText('seconds'),
});

const around = (iso: string, hours: number) =>
  fc.integer({ min: ms(iso) - hours * hourMs, max: ms(iso) + hours * hourMs });

const anyStart = fc.oneof(
  fc.integer({ min: ms('2026-01-01T00:00'), max: ms('2032-12-31T00:00') }),
  around('2027-03-28T03:00', 36),
  around('2027-10-31T03:00', 36),
  around('2028-02-29T12:00', 36),
  around('2028-12-31T23:59:59', 2),
  around('2027-01-01T00:00', 1),
);

/** From midnight to 3:00 UTC on the last Sunday of March and of October. */
function isInTurningNight(instant: Date): boolean {
  const isTurningMonth = instant.getUTCMonth() === 2 || instant.getUTCMonth() === 9;
  const isLastSunday = instant.getUTCDay() === 0 && instant.getUTCDate() > 24;
  return isTurningMonth && isLastSunday && instant.getUTCHours() < 3;
}

function cronOf(row: ScheduleRow): Cron {
  const { seconds, minutes, hours, days, months, weekdays, years } = row;
  const text = [seconds, minutes, hours, days, months, weekdays, years].join(' ');
  return new Cron(text, { timezone: 'Europe/Paris', domAndDow: true });
}

describe('the next instant of a random rule', () => {
  it('is the one croner finds, and so are the four after it', () => {
    let compared = 0;
    fc.assert(
      fc.property(anyRow, anyStart, (row, start) => {
        const cron = cronOf(row);
        const schedule = parseSchedule([row]);
        let from = new Date(start);
        for (let i = 0; i < 5; i++) {
          const theirs = cron.nextRun(from);
          const ours = nextInstant(schedule, from.getTime());
          const isOurNight = [from, theirs, ours].some((at) => at !== null && isInTurningNight(at));
          if (!isOurNight) {
            expect(ours && local(ours)).toEqual(theirs && local(theirs));
            compared += 1;
          }
          if (ours === null) return;
          from = ours;
        }
      }),
      { numRuns: 3000 },
    );
    // Guards the test itself: the exception for two nights must not eat it.
    expect(compared).toBeGreaterThan(5000);
  });

  it('is the smallest of its rows', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1, maxLength: 4 }), anyStart, (rows, start) => {
        const alone = rows.map((row) => nextInstant(parseSchedule([row]), start)?.getTime());
        const smallest = Math.min(...alone.map((at) => at ?? Infinity));
        const together = nextInstant(parseSchedule(rows), start)?.getTime() ?? Infinity;
        expect(together).toBe(smallest);
      }),
      { numRuns: 500 },
    );
  });
});

/** Hours from the two nights or none at all, so that most rules do something in them. */
const nightRow: fc.Arbitrary<ScheduleRow> = fc.record({
  years: fc.constant('*'),
  months: fc.constantFrom('*', '3,10'),
  weekdays: fc.constantFrom('*', '0', '6,7'),
  days: fc.constantFrom('*', '28,31', '*/3'),
  hours: fc.constantFrom('*', '0-23', '2', '1-3', '1,3', '0-2', '2-23', '*/2', '3', '1'),
  minutes: fc.oneof(fc.constantFrom('*', '0', '30', '*/15'), columnText('minutes')),
  seconds: fc.oneof(fc.constantFrom('0', '0', '*/20'), columnText('seconds')),
});

function agrees(values: RuleValues, wall: Date): boolean {
  const parts: Readonly<Record<ScheduleColumn, number>> = {
    years: wall.getUTCFullYear(),
    months: wall.getUTCMonth() + 1,
    weekdays: wall.getUTCDay(),
    days: wall.getUTCDate(),
    hours: wall.getUTCHours(),
    minutes: wall.getUTCMinutes(),
    seconds: wall.getUTCSeconds(),
  };
  return scheduleColumns.every((column) => values[column].includes(parts[column]));
}

type Night = { turnMs: number; oldOffsetMs: number; newOffsetMs: number };

/** Every second from two hours before to two hours after the turn, judged one by one. */
function walk(values: RuleValues, { turnMs, oldOffsetMs, newOffsetMs }: Night): readonly number[] {
  const isCadence = values.hours.length === 24;
  const found = new Set<number>();
  for (let at = turnMs - 2 * hourMs; at < turnMs + 2 * hourMs; at += 1000) {
    const offset = at < turnMs ? oldOffsetMs : newOffsetMs;
    const isSecondPass = at >= turnMs && at + newOffsetMs < turnMs + oldOffsetMs;
    if (agrees(values, new Date(at + offset)) && (isCadence || !isSecondPass)) found.add(at);
  }
  for (let wall = turnMs + oldOffsetMs; wall < turnMs + newOffsetMs; wall += 1000) {
    if (!isCadence && agrees(values, new Date(wall))) found.add(turnMs);
  }
  return [...found].sort((a, b) => a - b);
}

describe('the instants of a night on which the clocks change', () => {
  it.each([
    ['spring', { turnMs: Date.UTC(2027, 2, 28, 1), oldOffsetMs: hourMs, newOffsetMs: 2 * hourMs }],
    ['autumn', { turnMs: Date.UTC(2027, 9, 31, 1), oldOffsetMs: 2 * hourMs, newOffsetMs: hourMs }],
  ])('are those of a walk through it: %s', (_season, night) => {
    fc.assert(
      fc.property(nightRow, (row) => {
        const schedule = parseSchedule([row]);
        const expected = walk(schedule[0]!.values, night);
        const found = nextInstants(schedule, night.turnMs - 2 * hourMs - 1, expected.length + 1);
        const inNight = found.filter((at) => at.getTime() < night.turnMs + 2 * hourMs);
        expect(inNight.map(local)).toEqual(expected.map((at) => local(new Date(at))));
      }),
      { numRuns: 150 },
    );
  });
});
