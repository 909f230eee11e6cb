// What the calls work with; made once by create-core.
import type { SignIns } from './accounts/sign-ins.ts';
import type { TokenService } from './accounts/token-service.ts';
import type { Destination } from './destinations/destination.ts';
import type { Job } from '#contract/model/cold-job';
import type { Emitter } from './emitter.ts';
import type { Engine } from './engine/engine.ts';
import type { PrepareRun } from './engine/prepare-run.ts';
import type { Scheduling } from './engine/scheduling.ts';
import type { TimedPauses } from './engine/timed-pauses.ts';
import type { FilterEngine } from './filter/filter-engine.ts';
import type { Housekeeping } from './housekeeping/housekeeping.ts';
import type { KnownItemsCache } from './ledger/known-items.ts';
import type { Ports } from './ports.ts';
import type { Notices } from './notices/notices.ts';
import type { Router } from './router/create-router.ts';
import type { Store } from './store/store.ts';

export type CoreParts = {
  readonly ports: Ports;
  readonly store: Store;
  readonly filter: FilterEngine;
  readonly known: KnownItemsCache;
  readonly engine: Engine;
  readonly scheduler: Scheduling;
  readonly timedPauses: TimedPauses;
  readonly tokens: TokenService;
  readonly signIns: SignIns;
  readonly emitter: Emitter;
  readonly housekeeping: Housekeeping;
  readonly router: Router;
  readonly notices: Notices;
  readonly prepare: PrepareRun;
  readonly openDestination: (job: Job) => Destination;
  /** Tells the scheduler what the launchers' schedules are now. */
  readonly replan: () => void;
  readonly startedAt: string;
};
