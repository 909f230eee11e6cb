// What a start of the program finishes of the last life, each COLD job by itself: one whose share does not answer
// keeps neither the others nor the start waiting.
import type { JobId, LauncherId } from '#contract/ids';
import type { Job } from '#contract/model/cold-job';
import type { Destination } from '../destinations/destination.ts';
import { toAppError } from '../errors.ts';
import { untilAborted } from '../files/until-aborted.ts';
import { recover, type RecoverContext } from './recover.ts';
import { sweepTemporaries } from './sweep.ts';

export type StartRecovery = {
  /** Resolves when all is done, or after `ms` milliseconds: the rest goes on by itself. */
  readonly within: (ms: number) => Promise<void>;
  /** Until the COLD jobs in which this launcher's documents were cut have been looked at. Rejects with CancelledError. */
  readonly of: (launcherId: LauncherId, signal: AbortSignal) => Promise<void>;
  /** What still waits for a share is left for the next start: nothing is written any more. */
  readonly stop: () => void;
};

export type StartRecoveryContext = Omit<RecoverContext, 'givenUp'> & {
  readonly openDestination: (job: Job) => Destination;
};

export function startRecovery(context: StartRecoveryContext): StartRecovery {
  const { store, clock, logger } = context;
  const stopping = new AbortController();
  const { signal } = stopping;
  const guarded = (work: Promise<unknown>): Promise<void> =>
    work.then(
      () => undefined,
      (thrown: unknown) => {
        if (signal.aborted) return;
        const error = toAppError(thrown);
        logger.log('error', error.code, { message: error.message });
      },
    );
  const jobIds = new Set(store.ledger.delivering().map((row) => row.job_id));
  const byJob = new Map<JobId, Promise<void>>();
  for (const id of jobIds) {
    const work = recover({ ...context, givenUp: signal }, undefined, (row) => row.job_id === id);
    byJob.set(id, guarded(work));
  }
  const all = Promise.all([...byJob.values(), guarded(sweepTemporaries(context))]);

  return {
    within: async (ms) => {
      const timer = new AbortController();
      const late = clock.sleep(ms, timer.signal).then(
        () => {
          logger.log('warn', 'recover.late', { jobs: byJob.size });
        },
        // Everything was done in time.
        () => undefined,
      );
      await Promise.race([all, late]);
      timer.abort();
    },
    of: async (launcherId, outer) => {
      const cut = new Set(store.ledger.delivering(launcherId).map((row) => row.job_id));
      for (const id of cut) await untilAborted(byJob.get(id) ?? Promise.resolve(), outer);
    },
    stop: () => {
      stopping.abort();
    },
  };
}
