// What a failed attempt means for its item: again later, quarantine, or forgotten because it is gone.
import { type AppError, toErrorBody } from '../errors.ts';
import type { Claim, Conclusion } from '../store/ledger-repo.ts';
import { nextTryAt } from './retry-policy.ts';
import type { RunContext } from './run-context.ts';

export function failureOf(
  context: Pick<RunContext, 'launcher' | 'clock'>,
  claim: Pick<Claim, 'id' | 'attempts'>,
  error: AppError,
): Conclusion {
  const base = { id: claim.id, reason: toErrorBody(error), settleDueAt: null };
  if (error.kind === 'gone') return { ...base, state: 'gone', nextTryAt: null };
  const exhausted = claim.attempts >= context.launcher.limits.maxAttempts;
  if (error.kind === 'refused' || exhausted) {
    return { ...base, state: 'quarantined', nextTryAt: null };
  }
  const at = nextTryAt(context.clock.now(), claim.attempts, error.retryAfterSeconds);
  return { ...base, state: 'deferred', nextTryAt: at };
}
