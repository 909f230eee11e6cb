// The last days as people here count them: from local midnight to local midnight, 23 or 25 hours when the clocks change. Pure.
import type { DayFigures } from '#contract/model/figures';

type Stretch = {
  /** Instant at which it begins, UTC ISO. */
  readonly day: string;
  readonly documents: number;
  readonly bytes: number;
};

export function createZoneDays(now: Date, count: number) {
  const starts = Array.from(
    { length: count },
    (_, index) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - (count - 1) + index),
  );
  return {
    /** Midnight of the first day, UTC ISO. */
    since: (starts[0] ?? now).toISOString(),
    /** One row per day, oldest first. */
    fill: (stretches: readonly Stretch[]): DayFigures[] => {
      const sums = new Map<string, { documents: number; bytes: number }>();
      for (const { day, documents, bytes } of stretches) {
        const name = localDay(new Date(day));
        const sum = sums.get(name) ?? { documents: 0, bytes: 0 };
        sums.set(name, { documents: sum.documents + documents, bytes: sum.bytes + bytes });
      }
      return starts.map((start) => {
        const day = localDay(start);
        return { day, ...(sums.get(day) ?? { documents: 0, bytes: 0 }) };
      });
    },
  };
}

function localDay(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
