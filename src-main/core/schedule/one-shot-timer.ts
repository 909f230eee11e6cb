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

export function createNodeScheduleTimer(): OneShotTimer {
  return {
    arm: (at, ring) => {
      let isOver = false;
      // When the clock is set back under it, node-schedule waits again by a timer that it cannot call off any more.
      const ringOnce = (): void => {
        if (isOver) return;
        isOver = true;
        ring();
      };
      // Named by us: of two jobs with one name it only finds the last.
      const name = randomUUID();
      const isArmed = scheduleJob(name, at, ringOnce) !== null;
      // A date that is past when node-schedule looks at it is refused, yet the name stays registered.
      if (!isArmed) cancelJob(name);
      const soon = isArmed ? undefined : setImmediate(ringOnce);
      return () => {
        isOver = true;
        cancelJob(name);
        clearImmediate(soon);
      };
    },
  };
}
