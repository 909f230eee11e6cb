// What a failed attempt means for its item: again later, quarantine, or forgotten because it is gone.
import type { ErrorBody } from '#contract/error-codes';
import { type AppError, toErrorBody } from '../errors.ts';
import type { Claim, Conclusion } from '../store/ledger-repo.ts';
import { nextTryAt } from './retry-policy.ts';
import type { RunContext } from './run-context.ts';

/** A lasting failure costs an attempt only where the item may be at fault: never for a full disk or a share that is away. */
export function failureOf(
  context: Pick<RunContext, 'launcher' | 'clock'>,
  claim: Pick<Claim, 'id' | 'attempts'>,
  error: AppError,
): Conclusion {
  const base = { id: claim.id, reason: toErrorBody(error), settleDueAt: null };
  const now = context.clock.now();
  if (error.kind === 'gone') return { ...base, state: 'gone', nextTryAt: null };
  if (error.kind === 'cancelled') return untouched(claim, base.reason);
  if (isPlaceAtFault(error)) {
    const soon = nextTryAt(now, 1, error.retryAfterSeconds);
    return { ...base, state: 'deferred', nextTryAt: soon, uncounted: true };
  }
  const exhausted = claim.attempts >= context.launcher.limits.maxAttempts;
  if (error.kind === 'refused' || exhausted) {
    return { ...base, state: 'quarantined', nextTryAt: null };
  }
  const at = nextTryAt(now, claim.attempts, error.retryAfterSeconds);
  return { ...base, state: 'deferred', nextTryAt: at };
}

/** Claimed, and not reached: as if it had not been claimed. */
export const untouched = (claim: Pick<Claim, 'id'>, reason: ErrorBody): Conclusion => ({
  id: claim.id,
  state: 'deferred',
  reason,
  nextTryAt: null,
  settleDueAt: null,
  uncounted: true,
});

/**
 * Whether an error tells of the way into a COLD job and not of the item: by the area of its code. `job.full` and
 * the like come from the destination, `target`, `disk` and `system` from the files written there, `store` from the ledger.
 */
export const isPlaceAtFault = ({ kind, code }: Pick<ErrorBody, 'kind' | 'code'>): boolean =>
  (kind === 'transient' || kind === 'config') && /^(job|target|disk|system|store)\./.test(code);
