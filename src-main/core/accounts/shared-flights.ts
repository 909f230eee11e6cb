// Work that several wait for and one does. One who stops waiting does not stop it; work of one lane is done one after
// the other, and ends after a time.
import { CancelledError, TransientError } from '../errors.ts';
import { untilAborted } from '../files/until-aborted.ts';
import type { Clock } from '../ports.ts';

export type Flight<T> = {
  /** One at a time. */
  readonly lane: string;
  /** Who asks for the same in the same lane gets the same answer. */
  readonly key: string;
  readonly start: (signal: AbortSignal) => Promise<T>;
};

export interface Flights<T> {
  join(flight: Flight<T>, signal: AbortSignal): Promise<T>;
  /** Waits a moment for what is in the air, then stops it. Nothing starts any more. */
  close(): Promise<void>;
}

const CLOSING_MS = 5_000;

export function createFlights<T>(clock: Clock, timeoutMs: number): Flights<T> {
  const inTheAir = new Map<string, Promise<T>>();
  const lanes = new Map<string, Promise<unknown>>();
  const closing = new AbortController();
  let isClosed = false;

  const launch = ({ lane, start }: Flight<T>): Promise<T> => {
    const before = lanes.get(lane) ?? Promise.resolve();
    const fly = () => withinTime(clock, timeoutMs, closing.signal, start);
    // Whoever was before has told his own how it ended.
    const flight = before.then(fly, fly);
    lanes.set(lane, flight);
    return flight;
  };

  return {
    join: async (flight, signal) => {
      if (isClosed || signal.aborted) throw new CancelledError();
      const id = JSON.stringify([flight.lane, flight.key]);
      let found = inTheAir.get(id);
      if (found === undefined) {
        found = launch(flight).finally(() => inTheAir.delete(id));
        inTheAir.set(id, found);
      }
      return await untilAborted(found, signal);
    },
    close: async () => {
      isClosed = true;
      const timer = new AbortController();
      const late = clock.sleep(CLOSING_MS, timer.signal).catch(() => undefined);
      const all = Promise.allSettled(inTheAir.values());
      await Promise.race([all, late]);
      timer.abort();
      closing.abort();
    },
  };
}

async function withinTime<T>(
  clock: Clock,
  timeoutMs: number,
  closing: AbortSignal,
  start: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = new AbortController();
  clock.sleep(timeoutMs, timer.signal).then(
    () => {
      limit.abort();
    },
    // The work ended in time.
    () => undefined,
  );
  try {
    return await start(AbortSignal.any([closing, limit.signal]));
  } catch (thrown) {
    if (!limit.signal.aborted) throw thrown;
    const seconds = Math.round(timeoutMs / 1000);
    throw new TransientError('signIn.noAnswer', { seconds }, { cause: thrown });
  } finally {
    timer.abort();
  }
}
