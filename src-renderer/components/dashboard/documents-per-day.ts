// Documents and bytes per local day, from the runs of the last days; a day without runs is a day with none. Pure.
import type { Run } from '#contract/model/run';

export type Day = {
  /** Local midnight. */
  readonly date: Date;
  readonly documents: number;
  readonly bytes: number;
  /** Items given up on. */
  readonly quarantined: number;
};

/** Oldest first, today last. */
export function documentsPerDay(runs: readonly Run[], count: number, today: Date): readonly Day[] {
  const sums = new Map<string, Omit<Day, 'date'>>();
  for (const { startedAt, counts } of runs) {
    const key = new Date(startedAt).toDateString();
    const sum = sums.get(key) ?? none;
    sums.set(key, {
      documents: sum.documents + counts.documents,
      bytes: sum.bytes + counts.bytes,
      quarantined: sum.quarantined + counts.quarantined,
    });
  }
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index;
    const date = new Date(today.getFullYear(), today.getMonth(), today.getDate() - back);
    return { date, ...(sums.get(date.toDateString()) ?? none) };
  });
}

const none = { documents: 0, bytes: 0, quarantined: 0 };
