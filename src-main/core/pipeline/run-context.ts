// What one run has at hand; made by prepare-run, read by the steps.
import type { JobId, RunId } from '#contract/ids';
import type { Job } from '#contract/model/cold-job';
import type { Launcher } from '#contract/model/launcher';
import type { RunCause } from '#contract/model/run';
import type { Destination } from '../destinations/destination.ts';
import type { FilterEngine } from '../filter/filter-engine.ts';
import type { KnownItems } from '../ledger/known-items.ts';
import type { Checkpoint, Clock, Logger } from '../ports.ts';
import type { Forwarding } from '../router/forward.ts';
import type { Stamp } from '../store/ledger-repo.ts';
import type { Store } from '../store/store.ts';
import type { SettlePlan } from '../sources/source.ts';
import type { Room } from './room.ts';
import type { Stager } from './stager.ts';
import type { Tally } from './tally.ts';

export type RunContext = {
  readonly launcher: Launcher;
  readonly cause: RunCause;
  /** No second look after the quiet time. */
  readonly once: boolean;
  readonly revision: string;
  readonly store: Store;
  readonly known: KnownItems;
  readonly filter: FilterEngine;
  readonly stager: Stager;
  /** Of the jobs that the launcher is affiliated with. */
  readonly destinations: ReadonlyMap<JobId, Destination>;
  /** Of any job: an earlier run may have been cut while it delivered to one that is no longer affiliated. */
  readonly destination: (jobId: JobId) => Destination | undefined;
  readonly room: Room;
  /** Absent where nothing is handed on (tests of single steps). */
  readonly forwarding?: Forwarding;
  readonly jobs: ReadonlyMap<JobId, Job>;
  readonly settlePlan: (as: 'delivered' | 'rejected') => SettlePlan;
  readonly tally: Tally;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly checkpoint: Checkpoint;
  /** The run's row, written when the run first has something to tell. */
  readonly runId: () => RunId;
  readonly signal: AbortSignal;
};

export const stampOf = (context: RunContext): Stamp => ({
  launcherId: context.launcher.id,
  runId: context.runId(),
  at: context.clock.now().toISOString(),
});
