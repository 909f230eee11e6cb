// A limit on waiting for the network: the work is told to stop, and whoever waits hears of it at once.
import { CancelledError, TransientError } from '../errors.ts';
import type { Clock } from '../ports.ts';

export type Deadline = {
  /** Stops the work; aborted from outside, or because the time is over. */
  readonly signal: AbortSignal;
  /** Something has come: the time begins anew. */
  readonly touch: () => void;
  /** While held, nobody is waited for. */
  readonly hold: (isHeld: boolean) => void;
  /** The time no longer runs. */
  readonly stop: () => void;
  /** Whether it was the time, and not somebody, that stopped the work. */
  readonly isOver: () => boolean;
};

/** Allows `ms` of silence: from now, and from each `touch`. One sleeper, however often it is touched. */
export function silenceDeadline(clock: Clock, ms: number, outer: AbortSignal): Deadline {
  const limit = new AbortController();
  const timer = new AbortController();
  let lastAt = clock.monotonicMs();
  let isHeld = false;
  const watch = async (): Promise<void> => {
    for (;;) {
      if (isHeld) lastAt = clock.monotonicMs();
      const leftMs = lastAt + ms - clock.monotonicMs();
      if (leftMs <= 0) break;
      await clock.sleep(leftMs, timer.signal);
    }
    limit.abort();
  };
  // Rejects only when it is stopped: then nobody waits for it.
  watch().catch(() => undefined);
  return {
    signal: AbortSignal.any([outer, limit.signal]),
    touch: () => {
      lastAt = clock.monotonicMs();
    },
    hold: (held) => {
      isHeld = held;
      lastAt = clock.monotonicMs();
    },
    stop: () => {
      // With a reason of our own: the usual one carries a stack trace.
      timer.abort('stopped');
    },
    isOver: () => limit.signal.aborted && !outer.aborted,
  };
}

type Place = { readonly host: string; readonly port: number };

/** Throws TransientError `net.timeout` when the time is over, CancelledError when `outer` aborts. The time goes on. */
export async function guarded<T>(
  deadline: Deadline,
  peer: Place,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await work(deadline.signal);
  } catch (thrown) {
    if (deadline.isOver()) throw new TransientError('net.timeout', { ...peer }, { cause: thrown });
    if (deadline.signal.aborted) throw new CancelledError();
    throw thrown;
  }
}

/** The same; the time ends with the work. */
export async function withinTime<T>(
  deadline: Deadline,
  peer: Place,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await guarded(deadline, peer, work);
  } finally {
    deadline.stop();
  }
}
