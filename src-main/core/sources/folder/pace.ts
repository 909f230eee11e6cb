// Time slices: synchronous file calls are three times cheaper than promised ones, but they hold the event loop.
// Whoever makes many of them asks after each whether its slice is over, and then lets the others have a turn.
import { throwIfAborted } from '../../errors.ts';
import type { Clock } from '../../ports.ts';

/** Well under the 50 ms that nobody may hold the loop: one slow disk access may still come on top. */
const SLICE_MS = 8;
/** A rest comes after so many calls whatever the clock says. */
const SLICE_CALLS = 4096;

export interface Pace {
  /** True once the slice is used up; asked after every call. */
  due(): boolean;
  /** One turn of the event loop, then a new slice; throws CancelledError when the signal has aborted. */
  rest(signal: AbortSignal): Promise<void>;
}

export function createPace(clock: Clock): Pace {
  let endsAtMs = clock.monotonicMs() + SLICE_MS;
  let calls = 0;
  return {
    due() {
      calls += 1;
      return calls >= SLICE_CALLS || clock.monotonicMs() >= endsAtMs;
    },
    async rest(signal) {
      await new Promise((resolve) => setImmediate(resolve));
      throwIfAborted(signal);
      endsAtMs = clock.monotonicMs() + SLICE_MS;
      calls = 0;
    },
  };
}
