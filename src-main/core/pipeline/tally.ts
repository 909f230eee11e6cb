// The arithmetic of a run: every item seen ends in exactly one column, so that the row adds up.
import type { RunCounts } from '#contract/model/run';
import { noCounts } from '../store/run-repo.ts';

export type Column = 'delivered' | 'known' | 'filtered' | 'deferred' | 'quarantined' | 'unrouted';

export interface Tally {
  /** Counts an item as seen and in its column. */
  item(column: Column, count?: number): void;
  document(sizeBytes: number): void;
  settled(count: number): void;
  counts(): RunCounts;
}

export function createTally(changed: (counts: RunCounts) => void): Tally {
  let counts = noCounts;
  const set = (next: RunCounts): void => {
    counts = next;
    changed(counts);
  };
  return {
    item: (column, count = 1) => {
      if (count === 0) return;
      set({ ...counts, seen: counts.seen + count, [column]: counts[column] + count });
    },
    document: (sizeBytes) => {
      set({ ...counts, documents: counts.documents + 1, bytes: counts.bytes + sizeBytes });
    },
    settled: (count) => {
      set({ ...counts, settled: counts.settled + count });
    },
    counts: () => counts,
  };
}

/** seen = delivered + known + filtered + deferred + quarantined + unrouted. */
export const addsUp = (c: RunCounts): boolean =>
  c.seen === c.delivered + c.known + c.filtered + c.deferred + c.quarantined + c.unrouted;
