// Rings once at a date. node-schedule does it, and only this much of it is used: its own recurrence rules
// freeze the process on rules that never come true, and its queue replays every instant missed.
import { randomUUID } from 'node:crypto';
import { cancelJob, scheduleJob } from 'node-schedule';

export interface OneShotTimer {
  /**
   * Rings once when the wall clock reaches `at`, or soon if it already has; may ring late (the machine slept,
   * the clock was set), never before. The result calls it off, after which it never rings; calling twice is
   * harmless. A pending ring keeps the process alive.
   */
  arm(at: Date, ring: () => void): () => void;
}

/** A date nearer than this may be past when node-schedule looks at it, and is then silently dropped. */
const leastAheadMs = 10;

export function createNodeScheduleTimer(): OneShotTimer {
  return {
    arm: (at, ring) => {
      // Named by us: on refusal scheduleJob returns null but keeps the name registered for ever. Of two jobs
      // with one name it only finds the last.
      const name = randomUUID();
      const soonMs = Date.now() + leastAheadMs;
      scheduleJob(name, new Date(Math.max(at.getTime(), soonMs)), ring);
      return () => {
        cancelJob(name);
      };
    },
  };
}
