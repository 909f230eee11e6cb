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
  return createSilenceWatch(clock, ms)(outer);
}

/** Begins a deadline; `outer` stops its work too. */
export type SilenceWatch = (outer: AbortSignal) => Deadline;

type Watched = { lastAt: number; isHeld: boolean; readonly limit: AbortController };

/**
 * Many deadlines of the same length with one sleeper for all that run at a time: to wake one for each of thousands of
 * requests is dearer than the requests' own bookkeeping. It sleeps only while there is something to watch.
 */
export function createSilenceWatch(clock: Clock, ms: number): SilenceWatch {
  const running = new Set<Watched>();
  let timer: AbortController | null = null;

  /** Until the next of them may be over. */
  const leftMs = (): number => {
    const now = clock.monotonicMs();
    let least = ms;
    for (const one of running) {
      if (one.isHeld) one.lastAt = now;
      least = Math.min(least, one.lastAt + ms - now);
    }
    return least;
  };
  const watch = async (signal: AbortSignal): Promise<void> => {
    while (running.size > 0 && !signal.aborted) {
      const waitMs = leftMs();
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      else endOverdue();
    }
    if (timer?.signal === signal) timer = null;
  };
  const endOverdue = (): void => {
    const now = clock.monotonicMs();
    for (const one of running) {
      if (one.lastAt + ms > now) continue;
      running.delete(one);
      one.limit.abort();
    }
  };

  return (outer) => {
    const limit = new AbortController();
    const one: Watched = { lastAt: clock.monotonicMs(), isHeld: false, limit };
    running.add(one);
    if (!timer) {
      timer = new AbortController();
      // Rejects only when it is stopped: then nobody waits for it.
      watch(timer.signal).catch(() => undefined);
    }
    return {
      signal: AbortSignal.any([outer, limit.signal]),
      touch: () => {
        one.lastAt = clock.monotonicMs();
      },
      hold: (held) => {
        one.isHeld = held;
        one.lastAt = clock.monotonicMs();
      },
      stop: () => {
        running.delete(one);
        if (running.size > 0) return;
        // With a reason of our own: the usual one carries a stack trace.
        timer?.abort('stopped');
        timer = null;
      },
      isOver: () => limit.signal.aborted && !outer.aborted,
    };
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
