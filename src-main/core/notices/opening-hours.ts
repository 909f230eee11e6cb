// When documents are to be expected: opening hours in local time, French public holidays left out. Pure.
import type { OpeningHours } from '#contract/model/notice';

const HOUR_MS = 3_600_000;

/** Opening hours between two instants. */
export function openHoursBetween(opening: OpeningHours, from: Date, until: Date): number {
  let ms = 0;
  const day = new Date(from.getFullYear(), from.getMonth(), from.getDate());
  for (; day < until; day.setDate(day.getDate() + 1)) {
    if (!isOpenDay(opening, day)) continue;
    const begin = Math.max(at(day, opening.from).getTime(), from.getTime());
    const end = Math.min(at(day, opening.until).getTime(), until.getTime());
    ms += Math.max(0, end - begin);
  }
  return ms / HOUR_MS;
}

/** Whole opening days whose last hour lies between the two instants; each as the local midnight it begins with. */
export function wholeDaysBetween(opening: OpeningHours, from: Date, until: Date): Date[] {
  const days: Date[] = [];
  const day = new Date(from.getFullYear(), from.getMonth(), from.getDate());
  for (; day < until; day.setDate(day.getDate() + 1)) {
    const isWhole = at(day, opening.from) >= from && at(day, opening.until) <= until;
    if (isWhole && isOpenDay(opening, day)) days.push(new Date(day));
  }
  return days;
}

export function isOpenDay({ weekdays }: Pick<OpeningHours, 'weekdays'>, day: Date): boolean {
  return weekdays.some((one) => one % 7 === day.getDay()) && !isFrenchHoliday(day);
}

/** Local instant of `HH:MM` on that day; `24:00` is the midnight that ends it. */
export function at(day: Date, time: string): Date {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), hours, minutes);
}

/** Code du travail L3133-1. */
export function isFrenchHoliday(day: Date): boolean {
  const [month, date] = [day.getMonth() + 1, day.getDate()];
  const fixed = ['1/1', '5/1', '5/8', '7/14', '8/15', '11/1', '11/11', '12/25'];
  if (fixed.includes(`${month}/${date}`)) return true;
  const easter = easterSunday(day.getFullYear());
  // Easter Monday, Ascension Day, Whit Monday.
  return [1, 39, 50].some((after) => {
    const holiday = new Date(easter.getFullYear(), easter.getMonth(), easter.getDate() + after);
    return holiday.getMonth() + 1 === month && holiday.getDate() === date;
  });
}

/** Gregorian computus (Meeus, Jones, Butcher). */
function easterSunday(year: number): Date {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const l = (32 + 2 * (b % 4) + 2 * i - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const rest = h + l - 7 * m + 114;
  return new Date(year, Math.floor(rest / 31) - 1, (rest % 31) + 1);
}
