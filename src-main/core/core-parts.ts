// What the calls work with; made once by create-core.
import type { Destination } from './destinations/destination.ts';
import type { Job } from '#contract/model/cold-job';
import type { Emitter } from './emitter.ts';
import type { Engine } from './engine/engine.ts';
import type { PrepareRun } from './engine/prepare-run.ts';
import type { Scheduling } from './engine/scheduling.ts';
import type { FilterEngine } from './filter/filter-engine.ts';
import type { KnownItemsCache } from './ledger/known-items.ts';
import type { Ports } from './ports.ts';
import type { Store } from './store/store.ts';

export type CoreParts = {
  readonly ports: Ports;
  readonly store: Store;
  readonly filter: FilterEngine;
  readonly known: KnownItemsCache;
  readonly engine: Engine;
  readonly scheduler: Scheduling;
  readonly emitter: Emitter;
  readonly prepare: PrepareRun;
  readonly openDestination: (job: Job) => Destination;
  /** Tells the scheduler what the launchers' schedules are now. */
  readonly replan: () => void;
  readonly startedAt: string;
};
