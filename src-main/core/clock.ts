// The Clock port over the machine's own clock and timers.
import { setTimeout as delay } from 'node:timers/promises';
import { CancelledError } from './errors.ts';
import type { Clock } from './ports.ts';

export function createSystemClock(): Clock {
  return {
    now: () => new Date(),
    // Not `performance.now()`: it loads a whole module at the start of each command.
    monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
    sleep: async (ms, signal) => {
      try {
        await delay(ms, undefined, { signal });
      } catch {
        // timers/promises rejects only when the signal aborts.
        throw new CancelledError();
      }
    },
  };
}
