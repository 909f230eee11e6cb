// A world with two clocks: elapsed time, which only goes on, and the wall clock, which can be set or jump while
// the machine sleeps. Its timer behaves as node-schedule does: it waits in elapsed time, then insists on the wall clock.
import { CancelledError } from '#core/errors';
import type { Clock } from '#core/ports';
import type { OneShotTimer } from '#core/schedule/one-shot-timer';

type Waiting = { dueMs: number; readonly ring: () => void };

export type FakeWorld = {
  readonly clock: Clock;
  readonly timer: OneShotTimer;
  /** Farthest date ahead of its moment that was ever armed, in ms. */
  readonly farthestArmedMs: () => number;
  readonly waiting: () => number;
  /** Lets `ms` go by, with everything that happens in it. */
  readonly pass: (ms: number) => Promise<void>;
  /** The machine sleeps: the wall clock goes on; nothing rings. `counted` = elapsed time goes on too (Windows). */
  readonly sleepMachine: (ms: number, counted?: boolean) => void;
  /** Sets the wall clock, forward or back. */
  readonly setWallBy: (ms: number) => void;
};

export function createFakeWorld(start: string): FakeWorld {
  let wallMs = Date.parse(start);
  let elapsedMs = 1_000;
  let farthestMs = 0;
  const waiting = new Set<Waiting>();

  function armTimer(at: Date, ring: () => void): () => void {
    farthestMs = Math.max(farthestMs, at.getTime() - wallMs);
    const entry: Waiting = {
      dueMs: elapsedMs + Math.max(0, at.getTime() - wallMs),
      ring: () => {
        if (at.getTime() > wallMs) {
          entry.dueMs = elapsedMs + at.getTime() - wallMs;
          return;
        }
        waiting.delete(entry);
        ring();
      },
    };
    waiting.add(entry);
    return () => waiting.delete(entry);
  }

  function sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        signal.removeEventListener('abort', abort);
        waiting.delete(entry);
        settle();
      };
      const abort = () => {
        end(() => {
          reject(new CancelledError());
        });
      };
      const ring = () => {
        end(resolve);
      };
      const entry: Waiting = { dueMs: elapsedMs + ms, ring };
      waiting.add(entry);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort);
    });
  }

  async function pass(ms: number): Promise<void> {
    const endMs = elapsedMs + ms;
    for (;;) {
      const due = [...waiting].filter(({ dueMs }) => dueMs <= endMs);
      const first = due.sort((a, b) => a.dueMs - b.dueMs)[0];
      const toMs = Math.max(elapsedMs, first?.dueMs ?? endMs);
      wallMs += toMs - elapsedMs;
      elapsedMs = toMs;
      if (!first) return;
      first.ring();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    clock: { now: () => new Date(wallMs), monotonicMs: () => elapsedMs, sleep },
    timer: { arm: armTimer },
    farthestArmedMs: () => farthestMs,
    waiting: () => waiting.size,
    pass,
    sleepMachine: (ms, counted = false) => {
      wallMs += ms;
      if (counted) elapsedMs += ms;
    },
    setWallBy: (ms) => {
      wallMs += ms;
    },
  };
}
