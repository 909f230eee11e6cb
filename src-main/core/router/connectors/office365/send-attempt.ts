// One message handed over to Graph: what was refused, what has left, and what nobody can know.
import { CancelledError, TransientError, toAppError, type AppError } from '../../../errors.ts';
import type { Clock } from '../../../ports.ts';
import type { Refusal, SendOutcome } from '../connector.ts';

/** The moment from which a stop no longer means that nothing was sent. */
export type Commitment = {
  /** Of the request that sends: goes on for a few seconds after the stop. */
  readonly signal: AbortSignal;
  readonly end: () => void;
};

/** How long a stop waits for the answer to the request that sends. */
const GRACE_MS = 10_000;

export function commit(clock: Clock, stop: AbortSignal): Commitment {
  const late = new AbortController();
  const timer = new AbortController();
  const onStop = (): void => {
    clock.sleep(GRACE_MS, timer.signal).then(
      () => {
        late.abort();
      },
      // The answer came in time.
      () => undefined,
    );
  };
  stop.addEventListener('abort', onStop, { once: true });
  return {
    signal: late.signal,
    end: () => {
      stop.removeEventListener('abort', onStop);
      timer.abort();
    },
  };
}

/** Whether the request that sends may have been carried out although it failed. */
export function isDoubtful(error: AppError): boolean {
  if (error instanceof CancelledError) return true;
  if (!(error instanceof TransientError)) return false;
  // Nothing had reached the server.
  if (/^net\.(?:nameUnknown|refused|unreachable)$/.test(error.code)) return false;
  if (error.code.startsWith('net.')) return true;
  // 503 says that nobody worked on it; a gateway that gives up knows nothing.
  return error.code === 'graph.away' && error.params['status'] !== 503;
}

/** Exchange names those it does not resolve in its sentence; it sends to nobody then. */
export function unresolved(error: AppError, recipients: readonly string[]): readonly Refusal[] {
  if (error.params['code'] !== 'ErrorInvalidRecipients') return [];
  const text = String(error.params['text'] ?? '');
  const named = recipients.filter((one) => text.toLowerCase().includes(one.toLowerCase()));
  return named.map((address) => ({
    address,
    code: 400,
    isTemporary: false,
    text: text.slice(0, 300),
  }));
}

/** `isConnectorAway`: any other message would fare alike. Throws only CancelledError. */
export function notSent(thrown: unknown, rejected: readonly Refusal[]): SendOutcome {
  const error = toAppError(thrown);
  if (error instanceof CancelledError) throw error;
  const response = String(error.params['text'] ?? '');
  // A message that cannot be read is its own trouble, and so is what Exchange says about it.
  const isItsOwn =
    error.kind === 'refused' ||
    error.kind === 'unexpected' ||
    /^(?:outbox|disk)\./.test(error.code);
  return { certainty: 'notSent', rejected, error, response, isConnectorAway: !isItsOwn };
}

/** Asks `look` a few times, for what was sent appears some time later; null = it did not. */
export async function seenSoon(
  clock: Clock,
  signal: AbortSignal,
  look: () => Promise<boolean>,
): Promise<boolean> {
  for (const waitMs of [500, 2000, 4000]) {
    try {
      await clock.sleep(waitMs, signal);
      if (await look()) return true;
    } catch (thrown) {
      // The doubt stays; what failed here is said by the next attempt.
      if (signal.aborted || toAppError(thrown).kind === 'cancelled') return false;
    }
  }
  return false;
}
