// Runs launchers: one run per launcher at a time, several launchers side by side, each with a deadline and a way to
// stop it. A launcher that must sign in again pauses by itself and says so.
import type { ErrorBody } from '#contract/error-codes';
import type { LauncherId, RunId } from '#contract/ids';
import type { Launcher } from '#contract/model/launcher';
import type { Run, RunCause, RunCounts } from '#contract/model/run';
import { ConfigError, toAppError, toErrorBody } from '../errors.ts';
import { accountOf } from '../accounts/launchers-of.ts';
import type { Emitter } from '../emitter.ts';
import { runLauncher } from '../pipeline/run-launcher.ts';
import { createTally } from '../pipeline/tally.ts';
import type { Clock, Logger, Notifier } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { PrepareRun } from './prepare-run.ts';
import { createRunLog } from './run-log.ts';
import { createSemaphore } from './semaphore.ts';

/** Launchers at work side by side, where nothing else is said. */
const SIDE_BY_SIDE = 4;
const PROGRESS_MS = 250;

export type EngineParts = {
  readonly store: Store;
  readonly prepare: PrepareRun;
  /** What a crash cut of this launcher's deliveries is being finished: until then it must not run. */
  readonly untilRecovered: (id: LauncherId, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly notifier: Notifier;
  readonly emitter: Emitter;
  readonly sideBySide?: number;
  /** A launcher that was paused runs by its schedule again. */
  readonly replan: () => void;
};

export type StartOptions = { readonly cause: RunCause; readonly once?: boolean };

export interface Engine {
  /** Null where the run is under way already, or a scheduled one may not start now. Throws ConfigError `launcher.missing`, `launcher.disabled`. */
  start(id: LauncherId, options: StartOptions): Promise<Run | null> | null;
  /** The run under way, if there is one. */
  running(id: LauncherId): Promise<Run | null> | undefined;
  lastLookAt(id: LauncherId): string | null;
  /** How many launchers may be at work at once from now on. */
  setSideBySide(launchers: number): void;
  /** Asks the run to stop and waits until it has: what is delivered is booked, the rest is for the next run. */
  stop(id: LauncherId): Promise<void>;
  /** For good: nothing starts any more; what runs goes on to its end. */
  finishAll(): Promise<void>;
  /** For good: nothing starts any more. */
  stopAll(): Promise<void>;
}

type Active = { readonly ended: Promise<Run | null>; readonly controller: AbortController };

/** Why a run was stopped, where nobody asked for it. */
type Limit = { reason: ErrorBody | null };

export function createEngine(parts: EngineParts): Engine {
  const { store, clock, emitter } = parts;
  const log = createRunLog(store.runs, clock);
  const places = createSemaphore(parts.sideBySide ?? SIDE_BY_SIDE);
  const active = new Map<LauncherId, Active>();
  let closed = false;

  const run = async (
    launcher: Launcher,
    options: StartOptions,
    signal: AbortSignal,
    limit: Limit,
  ): Promise<Run | null> => {
    const open = log.begin(launcher.id, options.cause);
    const runId = onceTold(open.id, () => {
      emitter.emit('run.started', { launcherId: launcher.id });
    });
    if (options.cause === 'manual') runId();
    const tally = createTally(progress(parts, launcher.id));
    let leave: (() => void) | undefined;
    try {
      await parts.untilRecovered(launcher.id, signal);
      leave = await places.enter(signal);
      const { cause, once = false } = options;
      const prepared = await parts.prepare({ launcher, cause, once, runId, tally, signal });
      const result = await runLauncher(prepared.context, prepared.source);
      if (result.error?.kind === 'auth') pause(parts, launcher, result.error);
      else if (result.outcome === 'done' || result.outcome === 'warnings') resume(parts, launcher);
      const error = result.outcome === 'stopped' ? limit.reason : result.error;
      return open.end({ ...result, error }, tally.counts());
    } catch (thrown) {
      const error = toAppError(thrown);
      const outcome = error.kind === 'cancelled' ? 'stopped' : 'failed';
      if (error.kind === 'auth') pause(parts, launcher, toErrorBody(error));
      const body = outcome === 'stopped' ? limit.reason : toErrorBody(error);
      return open.end({ outcome, error: body }, tally.counts());
    } finally {
      leave?.();
    }
  };

  const start: Engine['start'] = (id, options) => {
    if (closed) return null;
    const launcher = store.launchers.get(id);
    if (launcher === undefined) throw new ConfigError('launcher.missing', { id });
    if (!launcher.enabled && options.cause === 'manual') {
      throw new ConfigError('launcher.disabled', { launcher: launcher.description });
    }
    if (active.has(id) || !launcher.enabled) return null;
    if (options.cause !== 'manual' && launcher.paused) return null;
    const controller = new AbortController();
    const deadline = new AbortController();
    const limit: Limit = { reason: null };
    const { maxMinutes } = launcher.limits;
    clock.sleep(maxMinutes * 60_000, deadline.signal).then(
      () => {
        const params = { minutes: maxMinutes };
        parts.logger.log('warn', 'run.timeLimit', { launcher: id, ...params });
        limit.reason = { kind: 'transient', code: 'run.timeLimit', params };
        controller.abort();
      },
      // The run ended before its deadline.
      () => undefined,
    );
    const ended = run(launcher, options, controller.signal, limit).finally(() => {
      deadline.abort();
      active.delete(id);
    });
    active.set(id, { ended, controller });
    ended.then(
      (done) => {
        logEnd(parts, id, done);
        if (done !== null) emitter.emit('run.ended', { launcherId: id, run: done });
      },
      (thrown: unknown) => {
        const error = toAppError(thrown);
        parts.logger.log('error', error.code, { launcher: id, message: error.message });
      },
    );
    return ended;
  };

  const stop = async (id: LauncherId): Promise<void> => {
    const found = active.get(id);
    if (found === undefined) return;
    found.controller.abort();
    // How it ended is for those who started it, and in the log.
    await found.ended.catch(() => null);
  };

  return {
    start,
    stop,
    running: (id) => active.get(id)?.ended,
    lastLookAt: log.lastLookAt,
    setSideBySide: places.resize,
    finishAll: async () => {
      closed = true;
      await Promise.allSettled([...active.values()].map(({ ended }) => ended));
    },
    stopAll: async () => {
      closed = true;
      await Promise.all([...active.keys()].map(stop));
    },
  };
}

/** A scheduled look that finds nothing has no row, and nobody is told that it began. */
function onceTold(id: () => RunId, tell: () => void): () => RunId {
  let told = false;
  return () => {
    const row = id();
    if (!told) {
      told = true;
      tell();
    }
    return row;
  };
}

/** Progress at most a few times a second: a group of documents is not an event for people. */
function progress(parts: EngineParts, launcherId: LauncherId): (counts: RunCounts) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (counts) => {
    const nowMs = parts.clock.monotonicMs();
    if (nowMs - lastMs < PROGRESS_MS) return;
    lastMs = nowMs;
    parts.emitter.emit('run.progress', { launcherId, counts });
  };
}

function pause(parts: EngineParts, launcher: Launcher, reason: ErrorBody): void {
  parts.store.launchers.setPaused(launcher.id, true, reason);
  const params = { ...reason.params, launcher: launcher.description };
  const at = parts.clock.now().toISOString();
  parts.store.journal.add({
    at,
    level: 'error',
    code: 'launcher.pausedBySignIn',
    params,
    launcherId: launcher.id,
  });
  const accountId = accountOf(launcher);
  const about = accountId === null ? {} : { accountId };
  parts.notifier.notify('launcher.pausedBySignIn', { ...params, ...about });
  parts.emitter.emit('status.changed', {});
}

/** A run by hand got through: whatever kept it from signing in is over. */
function resume({ store, emitter, replan }: EngineParts, { id }: Launcher): void {
  if (store.launchers.state(id).pauseReason?.kind !== 'auth') return;
  store.launchers.setPaused(id, false, null);
  replan();
  emitter.emit('status.changed', {});
}

function logEnd(parts: EngineParts, launcher: LauncherId, run: Run | null): void {
  if (run === null) return;
  const { documents, bytes, seen } = run.counts;
  const level = run.outcome === 'failed' ? 'error' : run.outcome === 'done' ? 'info' : 'warn';
  const code = run.error?.code;
  parts.logger.log(level, 'run.ended', {
    launcher,
    outcome: run.outcome,
    code,
    seen,
    documents,
    bytes,
  });
}
