// A Clock that moves only when a test says so.
import { CancelledError } from '#core/errors';
import type { Clock } from '#core/ports';

export type FakeClock = Clock & {
  /**
   * Lets `ms` milliseconds pass. Sleepers wake one after the other at their own instants, and what a
   * woken one does next (falling asleep again included) happens before the next one's turn.
   */
  readonly advance: (ms: number) => Promise<void>;
  /** Sets the wall clock, as a user or a time server does; no sleeper notices, monotonic time stands still. */
  readonly set: (date: Date | string) => void;
  /** How many sleep now; wait for it before `advance` when the sleeper starts on its own. */
  readonly sleepers: () => number;
};

type Sleeper = { readonly dueMs: number; readonly wake: () => void };

/** Starts at 2026-01-05T08:00:00Z, a Monday morning, unless told otherwise. */
export function fakeClock(start: Date | string = '2026-01-05T08:00:00Z'): FakeClock {
  let monotonicMs = 0;
  let wallOffsetMs = new Date(start).getTime();
  const sleeping = new Set<Sleeper>();

  const sleep = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal.aborted) {
        reject(new CancelledError());
        return;
      }
      const stop = () => {
        sleeping.delete(sleeper);
        reject(new CancelledError());
      };
      const wake = () => {
        sleeping.delete(sleeper);
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const sleeper: Sleeper = { dueMs: monotonicMs + Math.max(0, ms), wake };
      signal.addEventListener('abort', stop, { once: true });
      sleeping.add(sleeper);
    });

  const nextDue = (untilMs: number) =>
    [...sleeping].filter((s) => s.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];

  return {
    now: () => new Date(wallOffsetMs + monotonicMs),
    monotonicMs: () => monotonicMs,
    sleep,
    sleepers: () => sleeping.size,
    set: (date) => {
      wallOffsetMs = new Date(date).getTime() - monotonicMs;
    },
    advance: async (ms) => {
      const until = monotonicMs + ms;
      await settled();
      for (let next = nextDue(until); next !== undefined; next = nextDue(until)) {
        monotonicMs = Math.max(monotonicMs, next.dueMs);
        next.wake();
        await settled();
      }
      monotonicMs = until;
    },
  };
}

// One turn of the event loop: all promises that can go on have gone on.
const settled = () => new Promise((resolve) => setImmediate(resolve));
