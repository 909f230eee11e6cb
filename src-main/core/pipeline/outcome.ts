// How a run went, in one word and one reason: from its numbers, and from what stands open in the ledger at its end.
import type { ErrorBody } from '#contract/error-codes';
import type { RunOutcome } from '#contract/model/run';
import { isPlaceAtFault } from './failure.ts';
import type { RunContext } from './run-context.ts';

export type RunResult = { readonly outcome: RunOutcome; readonly error: ErrorBody | null };

export type Troubles = {
  /** A rejected item could not be put away. */
  readonly unsettled: ErrorBody | null;
  /** A delivery that was cut once cannot be finished yet. */
  readonly held: ErrorBody | null;
};

export function outcomeOf(
  { store, launcher, tally }: Pick<RunContext, 'store' | 'launcher' | 'tally'>,
  troubles: Troubles,
): RunResult {
  const open = store.ledger.openReasons(launcher.id);
  const unsettled =
    troubles.unsettled ?? open.find((one) => one.state === 'delivered')?.reason ?? null;
  const putOff = open.find(({ state, reason }) => state === 'deferred' && isPlaceAtFault(reason));
  const held = troubles.held ?? putOff?.reason ?? null;
  // Waiting does not help: somebody must edit the COLD job.
  if (held?.kind === 'config') return { outcome: 'failed', error: held };
  const { quarantined, unrouted } = tally.counts();
  if (unsettled !== null || quarantined + unrouted > 0) {
    return { outcome: 'warnings', error: unsettled ?? held };
  }
  return held === null ? { outcome: 'done', error: null } : { outcome: 'waiting', error: held };
}
