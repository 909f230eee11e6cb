// The composition root: ports in, the program out. Everything the core is made of is put together here.
import type { Job } from '#contract/model/cold-job';
import { Settings } from '#contract/model/settings';
import { createAccountParts } from './accounts/account-parts.ts';
import type { LoadProvider } from './accounts/providers.ts';
import { allCalls } from './api/all-calls.ts';
import { createDispatch, type Dispatch } from './api/dispatch.ts';
import type { CoreParts } from './core-parts.ts';
import type { Destination } from './destinations/destination.ts';
import { getsEnvelopes } from './envelopes/gets-envelopes.ts';
import { createNameDesk } from './destinations/folder/name-desk.ts';
import { createFolderDestination } from './destinations/folder/folder-destination.ts';
import { createEmitter, type Emitter } from './emitter.ts';
import { createEngine } from './engine/engine.ts';
import { createScheduling } from './engine/scheduling.ts';
import { createTimedPauses } from './engine/timed-pauses.ts';
import { createPrepareRun } from './engine/prepare-run.ts';
import { createStager } from './files/staged-writer.ts';
import {
  createDiskThreads,
  type DiskThreadsOptions,
  THREAD_DEFAULTS,
} from './files/threads/disk-threads.ts';
import { createInstance } from './files/temp-name.ts';
import { createFilterEngine } from './filter/filter-engine.ts';
import { createHousekeeping } from './housekeeping/housekeeping.ts';
import { createKnownItemsCache } from './ledger/known-items.ts';
import { createProxySwitch } from './net/proxy.ts';
import { pruneKeptMails, spoolDirOf } from './mail/opener/mail-desk.ts';
import { sweepMailSpools } from './mail/opener/mail-spool.ts';
import { type StartRecovery, startRecovery } from './pipeline/start-recovery.ts';
import { createRoomBook } from './pipeline/room.ts';
import { createNotices } from './notices/notices.ts';
import type { Ports } from './ports.ts';
import type { LoadConnector } from './router/connectors/registry.ts';
import { createRouter } from './router/create-router.ts';
import type { TakeIn } from './router/outbox/take-in.ts';
import { parseSchedule } from './schedule/parse-rule.ts';
import { loadSourceType, type LoadSourceType } from './sources/registry.ts';
import { type DailyBackup, startDailyBackup } from './store/daily-backup.ts';
import type { HealthCheck } from './store/health-check.ts';
import { openStore } from './store/store.ts';
import { watchHealth } from './store/watch-health.ts';

export type Core = {
  readonly call: Dispatch;
  readonly on: Emitter['on'];
  /** A file that a window hands over for a message; see `outbox.send`. */
  readonly receiveFile: TakeIn['receive'];
  /** Schedules fire from now on. */
  readonly start: () => Promise<void>;
  /** The machine woke up: clocks are looked at now. */
  readonly wake: () => void;
  /** Milliseconds since the schedules were last looked at; more than a minute = they hang. Null = not started. */
  readonly sinceHeartbeatMs: () => number | null;
  /** Tells other programs on this data folder where this one answers. */
  readonly announce: (url: string) => void;
  /** Lets the runs under way come to their end; nothing starts any more. `stop` is still to be called. */
  readonly finish: () => Promise<void>;
  /** Stops the runs safely and closes the store. */
  readonly stop: () => Promise<void>;
};

export type CoreOptions = {
  /** Other protocols than the program's own; for tests. */
  readonly loadSourceType?: LoadSourceType;
  /** What stands before each COLD job; for tests. */
  readonly wrapDestination?: (destination: Destination) => Destination;
  /** Other providers of tokens; for tests. */
  readonly loadProvider?: LoadProvider;
  /** Other connectors than the program's own; for tests. */
  readonly loadConnector?: LoadConnector;
  /** Other habits of the disk threads; for tests. */
  readonly diskThreads?: Partial<DiskThreadsOptions>;
};

/** How long a start waits for what a crash left half done; a share that does not answer is not waited for. */
const RECOVERY_MS = 500;

/** Throws ConfigError `store.inUse`, `store.damaged`, `store.newer`. What a crash cut is finished when it returns, or soon after. */
export async function createCore(ports: Ports, options: CoreOptions = {}): Promise<Core> {
  const { clock, logger, paths } = ports;
  const store = openStore({
    dataDir: paths.dataDir,
    clock,
    logger: logger.child('store'),
    checkpoint: ports.checkpoint,
  });
  const instance = createInstance(store.instanceTag);
  const names = createNameDesk(clock);
  const threads = createDiskThreads({
    ...THREAD_DEFAULTS,
    clock,
    logger: logger.child('disk'),
    ...options.diskThreads,
  });
  const { wrapDestination = (destination) => destination } = options;
  const openDestination = (job: Job): Destination =>
    wrapDestination(
      createFolderDestination({
        job,
        instance,
        names,
        clock,
        logger: logger.child('cold'),
        checkpoint: ports.checkpoint,
        threads,
        holdsFolders: () => getsEnvelopes(store.launchers.list(), job.id),
      }),
    );
  const emitter = createEmitter(logger);
  const filter = createFilterEngine({ clock });
  const known = createKnownItemsCache(store.ledger);
  const stager = createStager({ threads });
  const accounts = createAccountParts({
    ...{ store, ports, emitter, loadProvider: options.loadProvider },
    replan: () => {
      replan();
    },
    isRunning: (id) => engine.running(id) !== undefined,
  });
  const { loadConnector } = options;
  const { credentials } = accounts.tokens;
  const router = createRouter({ ports, store, emitter, credentials, loadConnector });
  const notices = createNotices({ ports, store, emitter, router });
  const prepare = createPrepareRun({
    ports,
    store,
    filter,
    stager,
    threads,
    known,
    loadSourceType: options.loadSourceType ?? loadSourceType,
    credentials: accounts.tokens.credentials,
    openDestination,
    rooms: createRoomBook(),
    forwarding: router.forwarding,
  });
  let recovery: StartRecovery | undefined;
  const engine = createEngine({
    store,
    prepare,
    untilRecovered: async (id, signal) => recovery?.of(id, signal),
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
  const timedPauses = createTimedPauses({
    clock,
    logger,
    launchers: store.launchers,
    onResumed: () => {
      replan();
      emitter.emit('status.changed', {});
    },
  });
  const housekeeping = createHousekeeping({
    store,
    pruneKept: (before) => pruneKeptMails(paths.dataDir, before, clock.now()),
    clock,
    logger: logger.child('housekeeping'),
  });
  const proxy = createProxySwitch();
  const obey = ({ launchersAtOnce, proxy: wanted }: Settings): void => {
    engine.setSideBySide(launchersAtOnce);
    proxy.use(wanted);
  };
  const startedAt = clock.now().toISOString();
  const parts: CoreParts = {
    ports,
    store,
    filter,
    known,
    engine,
    scheduler,
    timedPauses,
    tokens: accounts.tokens,
    signIns: accounts.signIns,
    emitter,
    housekeeping,
    router,
    notices,
    prepare,
    openDestination,
    replan,
    startedAt,
  };
  const call = createDispatch(allCalls(parts));

  try {
    store.runs.closeInterrupted(startedAt);
    timedPauses.look();
    const destination = (id: Job['id']): Destination | undefined => {
      const job = store.jobs.get(id);
      return job === undefined ? undefined : openDestination(job);
    };
    recovery = startRecovery({
      ...{ store, stager, destination, openDestination, clock, logger },
      checkpoint: ports.checkpoint,
    });
    await recovery.within(RECOVERY_MS);
    await sweepMailSpools(spoolDirOf(paths.dataDir));
    router.recover();
  } catch (thrown) {
    recovery?.stop();
    await store.close();
    throw thrown;
  }

  // By a core that only answers a command, too: it may have to reach the world the same way.
  obey(store.settings.get());
  emitter.on((name, payload) => {
    if (name === 'settings.changed') obey(Settings.parse(payload));
  });

  let dailyBackup: DailyBackup | undefined;
  let health: HealthCheck | null = null;
  return {
    call,
    on: emitter.on,
    receiveFile: router.takeIn.receive,
    start: async () => {
      replan();
      emitter.on((name) => {
        if (name === 'run.ended') housekeeping.gatherSoon();
      });
      housekeeping.start();
      await scheduler.start();
      timedPauses.start();
      router.start();
      notices.start();
      health ??= watchHealth({ store, ports });
      accounts.start();
      dailyBackup ??= startDailyBackup({
        clock,
        logger: logger.child('store'),
        newestAt: store.latestBackupAt,
        backUp: store.backUp,
      });
    },
    wake: () => {
      timedPauses.look();
      scheduler.wake();
    },
    sinceHeartbeatMs: scheduler.sinceLookMs,
    announce: store.announce,
    finish: async () => {
      scheduler.stop();
      await engine.finishAll();
    },
    stop: async () => {
      scheduler.stop();
      timedPauses.stop();
      recovery?.stop();
      health?.stop();
      await engine.stopAll();
      await notices.stop();
      await router.stop();
      await accounts.close();
      await threads.close();
      await housekeeping.stop();
      proxy.reset();
      await dailyBackup?.stop();
      await filter.close();
      await store.close();
    },
  };
}
