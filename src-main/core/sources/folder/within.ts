// A time limit on a call that cannot be cancelled: a file operation on a dead share blocks its thread until the
// system gives up (20 to 60 s on Windows, for ever on a hard NFS mount). The caller goes on; the call is left behind.
import { throwIfAborted } from '../../errors.ts';
import type { AppError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';

export type Limit = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limitMs: number;
  /** What is thrown when the answer does not come in time. */
  readonly late: () => AppError;
};

/** Settles as `answer` does; rejects with `late()` after the limit, with CancelledError on abort. */
export async function within<T>(answer: Promise<T>, limit: Limit): Promise<T> {
  // What a call left behind says later is nobody's business any more.
  answer.catch(() => undefined);
  throwIfAborted(limit.signal);
  const over = new AbortController();
  const timer = limit.clock.sleep(limit.limitMs, AbortSignal.any([limit.signal, over.signal]));
  try {
    return await Promise.race([
      answer,
      timer.then(() => {
        throw limit.late();
      }),
    ]);
  } finally {
    over.abort();
  }
}
