import { describe, expect, it } from 'vitest';
import { OpeningHours } from '#contract/model/notice';
import { isFrenchHoliday, openHoursBetween, wholeDaysBetween } from '#core/notices/opening-hours';
import { dayKey, isToldSilence, judgeSilence, learn, typicalDay } from '#core/notices/silence';

const opening = OpeningHours.parse({});
const local = (text: string): Date => new Date(text);

/** `each` = documents of a day by its weekday; for eight weeks before `until`. */
function history(
  until: Date,
  each: (weekday: number, index: number) => number,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (let back = 1; back <= 56; back += 1) {
    const day = new Date(until.getFullYear(), until.getMonth(), until.getDate() - back);
    const count = each(day.getDay(), back);
    if (count > 0) counts.set(dayKey(day), count);
  }
  return counts;
}

const isWorkday = (weekday: number): boolean => weekday >= 1 && weekday <= 5;

describe('opening hours', () => {
  it('count only inside, over nights, weekends and holidays', () => {
    // Friday 17:00 to Monday 09:00: one hour each.
    expect(openHoursBetween(opening, local('2026-03-06T17:00'), local('2026-03-09T09:00'))).toBe(2);
    // Thursday evening to Friday evening with 1 May in between.
    expect(openHoursBetween(opening, local('2026-04-30T18:00'), local('2026-05-01T18:00'))).toBe(0);
    expect(openHoursBetween(opening, local('2026-03-09T10:00'), local('2026-03-09T10:30'))).toBe(
      0.5,
    );
  });

  it('know the French holidays that move', () => {
    expect(
      ['2026-04-06', '2026-05-14', '2026-05-25'].map((day) =>
        isFrenchHoliday(local(`${day}T12:00`)),
      ),
    ).toEqual([true, true, true]);
    expect(isFrenchHoliday(local('2027-03-29T12:00'))).toBe(true);
    expect(isFrenchHoliday(local('2026-04-05T12:00'))).toBe(false);
  });

  it('name the whole days between', () => {
    const days = wholeDaysBetween(opening, local('2026-03-05T09:00'), local('2026-03-10T12:00'));
    expect(days.map(dayKey)).toEqual(['2026-03-06', '2026-03-09']);
  });
});

describe('the silence detector', () => {
  const now = local('2026-03-20T09:00');
  const since = local('2025-01-01T00:00');

  it('says "about 20 a day, none since Tuesday"', () => {
    const learnt = learn(
      history(now, (weekday, index) => (isWorkday(weekday) ? 18 + (index % 5) : 0)),
      since,
      now,
    );
    const lastAt = local('2026-03-17T16:00');

    expect(typicalDay(learnt)).toBe(20);
    const verdict = judgeSilence(learnt, opening, { lastAt, now });
    expect(verdict.isSilent).toBe(true);
    expect(verdict.expected).toBeGreaterThanOrEqual(36);
  });

  it('is patient with a launcher that brings something now and then', () => {
    const learnt = learn(
      history(now, (_, index) => (index % 9 === 0 ? 3 : 0)),
      since,
      now,
    );

    expect(judgeSilence(learnt, opening, { lastAt: local('2026-03-13T10:00'), now }).isSilent).toBe(
      false,
    );
  });

  it('does not wake anybody over a weekend or a holiday', () => {
    const monday = local('2026-03-09T08:30');
    const learnt = learn(
      history(monday, (weekday) => (isWorkday(weekday) ? 20 : 0)),
      since,
      monday,
    );

    expect(
      judgeSilence(learnt, opening, { lastAt: local('2026-03-06T17:30'), now: monday }).isSilent,
    ).toBe(false);
  });

  it('says nothing before it has seen two weeks', () => {
    const young = learn(
      history(now, () => 20),
      local('2026-03-10T00:00'),
      now,
    );

    expect(young.typical).toEqual([]);
    expect(judgeSilence(young, opening, { lastAt: local('2026-03-11T10:00'), now }).isSilent).toBe(
      false,
    );
  });

  it('counts the hours that somebody told', () => {
    const lastAt = local('2026-03-19T12:00');
    expect(isToldSilence({ hours: 7, opening }, { lastAt, now })).toBe(true);
    expect(isToldSilence({ hours: 8, opening }, { lastAt, now })).toBe(false);
  });
});
