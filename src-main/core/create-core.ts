// The composition root: ports in, the program out. Everything the core is made of is put together here.
import type { Job } from '#contract/model/cold-job';
import { configurationCalls } from './api/configuration-calls.ts';
import { createDispatch, type Dispatch } from './api/dispatch.ts';
import { itemCalls } from './api/item-calls.ts';
import { jobCalls } from './api/job-calls.ts';
import { launcherCalls } from './api/launcher-calls.ts';
import { runCalls } from './api/run-calls.ts';
import type { CoreParts } from './core-parts.ts';
import type { Destination } from './destinations/destination.ts';
import { createNameDesk } from './destinations/folder/name-desk.ts';
import { createFolderDestination } from './destinations/folder/folder-destination.ts';
import { createEmitter, type Emitter } from './emitter.ts';
import { createEngine } from './engine/engine.ts';
import { createScheduling } from './engine/scheduling.ts';
import { createPrepareRun } from './engine/prepare-run.ts';
import { createStager } from './files/staged-writer.ts';
import { createInstance } from './files/temp-name.ts';
import { createFilterEngine } from './filter/filter-engine.ts';
import { createKnownItemsCache } from './ledger/known-items.ts';
import { recover } from './pipeline/recover.ts';
import { createRoomBook } from './pipeline/room.ts';
import { sweepTemporaries } from './pipeline/sweep.ts';
import type { Ports } from './ports.ts';
import { parseSchedule } from './schedule/parse-rule.ts';
import { loadSourceType, type LoadSourceType } from './sources/registry.ts';
import { type DailyBackup, startDailyBackup } from './store/daily-backup.ts';
import { openStore } from './store/store.ts';

export type Core = {
  readonly call: Dispatch;
  readonly on: Emitter['on'];
  /** Schedules fire from now on. */
  readonly start: () => Promise<void>;
  /** The machine woke up: clocks are looked at now. */
  readonly wake: () => void;
  /** Tells other programs on this data folder where this one answers. */
  readonly announce: (url: string) => void;
  /** Stops the runs safely and closes the store. */
  readonly stop: () => Promise<void>;
};

export type CoreOptions = {
  /** Other protocols than the program's own; for tests. */
  readonly loadSourceType?: LoadSourceType;
};

/** Throws ConfigError `store.inUse`, `store.damaged`, `store.newer`. Recovers what a crash left half done before it returns. */
export async function createCore(ports: Ports, options: CoreOptions = {}): Promise<Core> {
  const { clock, logger, paths } = ports;
  const store = openStore({ dataDir: paths.dataDir, clock, logger: logger.child('store') });
  const instance = createInstance(store.instanceTag);
  const names = createNameDesk(clock);
  const openDestination = (job: Job): Destination =>
    createFolderDestination({
      job,
      instance,
      names,
      clock,
      logger: logger.child('cold'),
      checkpoint: ports.checkpoint,
    });
  const emitter = createEmitter(logger);
  const filter = createFilterEngine({ clock });
  const known = createKnownItemsCache(store.ledger);
  const stager = createStager();
  const prepare = createPrepareRun({
    ports,
    store,
    filter,
    stager,
    known,
    loadSourceType: options.loadSourceType ?? loadSourceType,
    openDestination,
    rooms: createRoomBook(),
  });
  const engine = createEngine({
    store,
    prepare,
    clock,
    logger,
    notifier: ports.notifier,
    emitter,
    replan: () => {
      replan();
    },
  });
  const scheduler = createScheduling({
    clock,
    logger,
    fire: (launcherId, cause) => engine.start(launcherId, { cause }),
  });
  const replan = (): void => {
    const active = store.launchers.list().filter((one) => one.enabled && !one.paused);
    scheduler.plan(
      active.map((one) => ({ launcherId: one.id, schedule: parseSchedule(one.schedule) })),
    );
  };
  const startedAt = clock.now().toISOString();
  const parts: CoreParts = {
    ports,
    store,
    filter,
    known,
    engine,
    scheduler,
    emitter,
    prepare,
    openDestination,
    replan,
    startedAt,
  };
  const call = createDispatch({
    ...launcherCalls(parts),
    ...runCalls(parts),
    ...jobCalls(parts),
    ...itemCalls(parts),
    ...configurationCalls(parts),
  });

  try {
    store.runs.closeInterrupted(startedAt);
    const destination = (id: Job['id']): Destination | undefined => {
      const job = store.jobs.get(id);
      return job === undefined ? undefined : openDestination(job);
    };
    await recover({ store, stager, destination, clock, logger, checkpoint: ports.checkpoint });
    await sweepTemporaries({ store, openDestination, logger });
  } catch (thrown) {
    store.close();
    throw thrown;
  }

  let dailyBackup: DailyBackup | undefined;
  return {
    call,
    on: emitter.on,
    start: async () => {
      replan();
      await scheduler.start();
      dailyBackup ??= startDailyBackup({
        clock,
        logger: logger.child('store'),
        newestAt: store.latestBackupAt,
        backUp: store.backUp,
      });
    },
    wake: () => {
      scheduler.wake();
    },
    announce: store.announce,
    stop: async () => {
      scheduler.stop();
      await engine.stopAll();
      await dailyBackup?.stop();
      await filter.close();
      store.close();
    },
  };
}
