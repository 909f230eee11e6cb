// The core's figures of a day as the dashboard shows them. Pure.
import type { DayFigures } from '#contract/model/figures';

export type Day = {
  /** Local midnight. */
  readonly date: Date;
  readonly documents: number;
  readonly bytes: number;
};

export function toDay({ day, documents, bytes }: DayFigures): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return { date: new Date(year, month - 1, date), documents, bytes };
}
