// Whether a launcher has gone silent: by hours that somebody told, or by what its history has taught. Pure.
import type { OpeningHours } from '#contract/model/notice';
import { isOpenDay, openHoursBetween, wholeDaysBetween } from './opening-hours.ts';

/** Documents per local day, `YYYY-MM-DD` → count. */
export type DayCounts = ReadonlyMap<string, number>;

export type Learnt = {
  /** Typical documents per weekday, Sunday first; empty while there is too little history. */
  readonly typical: readonly number[];
  /** How many days of the weekday were seen, and how many of them brought nothing. */
  readonly seen: readonly number[];
  readonly empty: readonly number[];
  readonly days: number;
};

export const HISTORY_DAYS = 56;
/** Less than two weeks say nothing about a weekday. */
const FEWEST_DAYS = 14;
/** So unlikely must the silence be before somebody is woken. */
const UNLIKELY = 0.06;
/** And so many documents must be missing. */
const FEWEST_EXPECTED = 2;

export const dayKey = (day: Date): string =>
  `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;

/** From the days before `until`'s; `since` = when the launcher began. Holidays teach nothing. */
export function learn(counts: DayCounts, since: Date, until: Date): Learnt {
  const all: number[][] = [[], [], [], [], [], [], []];
  const first = new Date(until.getFullYear(), until.getMonth(), until.getDate() - HISTORY_DAYS);
  const day =
    since > first ? new Date(since.getFullYear(), since.getMonth(), since.getDate() + 1) : first;
  const today = dayKey(until);
  let days = 0;
  for (; dayKey(day) !== today && day < until; day.setDate(day.getDate() + 1)) {
    days += 1;
    if (!isOpenDay(EVERY_DAY, day)) continue;
    all[day.getDay()]?.push(counts.get(dayKey(day)) ?? 0);
  }
  if (days < FEWEST_DAYS) return { typical: [], seen: [], empty: [], days };
  return {
    typical: all.map(median),
    seen: all.map((list) => list.length),
    empty: all.map((list) => list.filter((count) => count === 0).length),
    days,
  };
}

export type SilenceVerdict = {
  readonly isSilent: boolean;
  /** Documents usual since the last one. */
  readonly expected: number;
};

/** `lastAt` = the last document, or the launcher's beginning. */
export function judgeSilence(
  learnt: Learnt,
  opening: OpeningHours,
  { lastAt, now }: { readonly lastAt: Date; readonly now: Date },
): SilenceVerdict {
  if (learnt.typical.length === 0) return { isSilent: false, expected: 0 };
  let [expected, chance] = [0, 1];
  for (const day of wholeDaysBetween(opening, lastAt, now)) {
    const weekday = day.getDay();
    expected += learnt.typical[weekday] ?? 0;
    // Laplace: what was never seen is rare, not impossible.
    chance *= ((learnt.empty[weekday] ?? 0) + 0.5) / ((learnt.seen[weekday] ?? 0) + 1);
  }
  expected = Math.round(expected);
  return { isSilent: expected >= FEWEST_EXPECTED && chance <= UNLIKELY, expected };
}

export function isToldSilence(
  { hours, opening }: { readonly hours: number; readonly opening: OpeningHours },
  { lastAt, now }: { readonly lastAt: Date; readonly now: Date },
): boolean {
  return openHoursBetween(opening, lastAt, now) >= hours;
}

/** What most open days bring. */
export function typicalDay({ typical }: Learnt): number {
  const busy = typical.filter((count) => count > 0);
  return Math.round(median(busy));
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[Math.max(0, middle - 1)], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

const EVERY_DAY = { weekdays: [0, 1, 2, 3, 4, 5, 6] };
