// The way into each mailbox: Exchange answers four requests of one program at a time per mailbox, whoever in the
// program asks (learn.microsoft.com/graph/throttling-limits#outlook-service-limits), and who is told to wait, all wait.
import { createSemaphore } from '../engine/semaphore.ts';
import type { Clock } from '../ports.ts';

export interface Lane {
  /** Waits for a place; call what it returns, once, when the answer is read to its end. Throws CancelledError. */
  enter(signal: AbortSignal): Promise<() => void>;
  /** Nobody enters before so many milliseconds have passed. */
  pause(ms: number): void;
}

export interface Traffic {
  /** The lane of one mailbox; shared by all who name it. */
  lane(mailbox: string, clock: Clock): Lane;
}

const PLACES = 4;

export function createTraffic(): Traffic {
  const lanes = new Map<string, Lane>();
  return {
    lane: (mailbox, clock) => {
      const found = lanes.get(mailbox) ?? createLane(clock);
      lanes.set(mailbox, found);
      return found;
    },
  };
}

/** The one of this process: launchers and connectors of the same mailbox share its places. */
export const processTraffic: Traffic = createTraffic();

function createLane(clock: Clock): Lane {
  const places = createSemaphore(PLACES);
  let openAtMs = 0;
  return {
    enter: async (signal) => {
      const leave = await places.enter(signal);
      try {
        for (;;) {
          const waitMs = openAtMs - clock.monotonicMs();
          if (waitMs <= 0) return leave;
          await clock.sleep(waitMs, signal);
        }
      } catch (thrown) {
        leave();
        throw thrown;
      }
    },
    pause: (ms) => {
      openAtMs = Math.max(openAtMs, clock.monotonicMs() + ms);
    },
  };
}
