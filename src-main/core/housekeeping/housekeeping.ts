// What is done now and then: old history goes, and the words of new items are gathered so that a search finds them at once.
// It works in small portions and leaves the floor to the runs in between.
import type { Clock, Logger } from '../ports.ts';
import type { Store } from '../store/store.ts';
import { toAppError } from '../errors.ts';

const DAY_MS = 86_400_000;
const ROUND_MS = 6 * 3_600_000;
const PATIENCE_MS = 150;
const LEAST_REST_MS = 5;

export type Housekeeping = {
  readonly start: () => void;
  /** After a run: what it brought is to be found. */
  readonly gatherSoon: () => void;
  /**
   * Before a search: resolves when every item can be found, or when that takes too long for somebody who waits. Only a history
   * that was written without its words takes so long; they are gathered on meanwhile.
   */
  readonly gatherNow: (signal: AbortSignal) => Promise<void>;
  /** What `start` does by itself now and then; a failure is noted. */
  readonly pruneNow: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export function createHousekeeping(parts: {
  readonly store: Pick<Store, 'settings' | 'journal' | 'runs' | 'search'>;
  /** Mails that nobody could read; resolves with how many were removed. */
  readonly pruneKept: (before: Date) => Promise<number>;
  readonly clock: Clock;
  readonly logger: Logger;
}): Housekeeping {
  const { store, pruneKept, clock, logger } = parts;
  const over = new AbortController();
  let work: Promise<void> = Promise.resolve();
  let isGathering = false;

  const note = (thrown: unknown): void => {
    const error = toAppError(thrown);
    if (error.kind !== 'cancelled') logger.log('warn', error.code, { message: error.message });
  };
  const quietly = (what: () => Promise<void>): void => {
    const before = work;
    work = before.then(what).catch(note);
  };
  const gather = async (
    isEnough: () => boolean,
    rest: (workedMs: number) => Promise<void>,
  ): Promise<void> => {
    while (!isEnough() && !over.signal.aborted) {
      const sinceMs = clock.monotonicMs();
      if (!store.search.gatherSome()) return;
      await rest(clock.monotonicMs() - sinceMs);
    }
  };
  // A question of the window takes several turns of the loop: with a portion before each it would wait for seconds.
  const restLonger = (workedMs: number): Promise<void> =>
    clock.sleep(Math.max(LEAST_REST_MS, workedMs), over.signal);
  const gatherSoon = (): void => {
    if (isGathering || over.signal.aborted) return;
    isGathering = true;
    quietly(() =>
      gather(() => false, restLonger).finally(() => {
        isGathering = false;
      }),
    );
  };
  const prune = async (): Promise<void> => {
    const { historyDays } = store.settings.get();
    if (historyDays === 0) return;
    const before = new Date(clock.now().getTime() - historyDays * DAY_MS);
    const entries = store.journal.prune(before.toISOString());
    const runs = store.runs.prune(before.toISOString());
    const mails = await pruneKept(before);
    if (entries + runs + mails > 0) logger.log('info', 'history.pruned', { entries, runs, mails });
  };
  const pruneNow = (): Promise<void> =>
    // A full disk, say: there is another time.
    prune().catch(note);
  const rounds = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await pruneNow();
      await clock.sleep(ROUND_MS, over.signal);
    }
  };
  let walking: Promise<void> = Promise.resolve();
  return {
    start: () => {
      gatherSoon();
      // Ends when the program does.
      walking = rounds().catch(note);
    },
    gatherSoon,
    pruneNow,
    gatherNow: async (signal) => {
      const endMs = clock.monotonicMs() + PATIENCE_MS;
      await gather(() => signal.aborted || clock.monotonicMs() > endMs, turnOfOthers);
    },
    stop: async () => {
      over.abort();
      await Promise.all([work, walking]);
    },
  };
}

/** Runs and calls that wait get their turn. */
const turnOfOthers = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
