// For work that cannot be stopped itself (a system call on a share that does not answer): the one who waits can.
import { setMaxListeners } from 'node:events';
import { CancelledError } from '../errors.ts';

/** Rejects with CancelledError when the signal aborts; the work goes on unwatched, and must clean up after itself. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => {
    aborted.reject(new CancelledError());
  };
  // Many documents wait on the signal of one run: that is no leak to be warned of.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
