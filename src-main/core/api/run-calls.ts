// Calls on runs: start, stop, wait for the end, look back; and the state of everything in one answer.
import type { Launcher } from '#contract/model/launcher';
import type { Run } from '#contract/model/run';
import type { LauncherCondition, LauncherStatus, Status } from '#contract/model/status';
import type { CoreParts } from '../core-parts.ts';
import { background } from '../background.ts';
import { CancelledError, ConfigError, throwIfAborted } from '../errors.ts';
import { version } from '../version.ts';
import { findLauncher } from './launcher-calls.ts';
import type { Handlers } from './handlers.ts';

type Names =
  | 'runs.start'
  | 'runs.stop'
  | 'runs.runToEnd'
  | 'runs.list'
  | 'runs.get'
  | 'status.get'
  | 'journal.list';

export function runCalls(parts: CoreParts): Handlers<Names> {
  const { store, engine } = parts;
  return {
    'status.get': () => statusOf(parts),
    'runs.start': ({ id }) => {
      const run = engine.start(id, { cause: 'manual' });
      if (run !== null) background(run, parts.ports.logger);
      return { started: run !== null };
    },
    'runs.stop': async ({ id }) => {
      findLauncher(store, id);
      await engine.stop(id);
      return {};
    },
    'runs.runToEnd': async ({ id, once }, signal) => {
      throwIfAborted(signal);
      // A scheduled look may be under way that began before what the caller waits for was there.
      await engine.running(id);
      throwIfAborted(signal);
      const run = engine.start(id, { cause: 'manual', once }) ?? engine.running(id);
      const stop = (): void => {
        background(engine.stop(id), parts.ports.logger);
      };
      signal.addEventListener('abort', stop, { once: true });
      try {
        const ended = await run;
        if (ended !== null && ended !== undefined) return ended;
        // The program is being stopped: nothing starts any more.
        throw new CancelledError();
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    'runs.list': (query) => store.runs.list(query),
    'runs.get': ({ id }) => {
      const run = store.runs.get(id);
      if (run === undefined) throw new ConfigError('run.missing', { id });
      return run;
    },
    'journal.list': (query) => store.journal.list(query),
  };
}

export function statusOf(parts: CoreParts): Status {
  const launchers = parts.store.launchers.list().map((one) => launcherStatus(parts, one));
  // A disabled one has nothing to pause, and must not keep the others from being resumed together.
  const enabled = launchers.filter((one) => one.condition !== 'disabled');
  const allPaused = enabled.length > 0 && enabled.every((one) => one.condition === 'paused');
  return {
    version,
    startedAt: parts.startedAt,
    allPaused,
    pausedUntil: allPaused ? parts.store.launchers.nextPauseEnd() : null,
    condition: worst(launchers),
    launchers,
  };
}

function launcherStatus(parts: CoreParts, launcher: Launcher): LauncherStatus {
  const { store, engine, scheduler } = parts;
  const lastRun = store.runs.list({ launcherId: launcher.id, limit: 1 })[0] ?? null;
  const open = store.items.openCounts(launcher.id);
  const { pauseReason, pausedUntil } = store.launchers.state(launcher.id);
  return {
    launcherId: launcher.id,
    description: launcher.description,
    protocol: launcher.source.protocol,
    condition: condition(engine.running(launcher.id) !== undefined, launcher, lastRun, open),
    pauseReason,
    pausedUntil,
    nextRunAt: launcher.paused ? null : nextRun(scheduler.next(launcher.id)),
    lastLookAt: engine.lastLookAt(launcher.id) ?? lastRun?.endedAt ?? null,
    lastRun,
    open,
  };
}

function condition(
  isRunning: boolean,
  launcher: Launcher,
  lastRun: Run | null,
  open: Readonly<Record<string, number>>,
): LauncherCondition {
  if (isRunning) return 'running';
  if (!launcher.enabled) return 'disabled';
  if (launcher.paused) return 'paused';
  // A sign-in that was refused pauses the launcher: one that goes on has been given what it lacked.
  if (lastRun?.outcome === 'failed' && lastRun.error?.kind !== 'auth') return 'error';
  if (lastRun?.outcome === 'waiting') return 'waiting';
  const needsALook = (open['quarantined'] ?? 0) + (open['unrouted'] ?? 0) > 0;
  return needsALook || lastRun?.outcome === 'warnings' ? 'warning' : 'idle';
}

function worst(launchers: readonly LauncherStatus[]): Status['condition'] {
  const has = (condition: LauncherCondition): boolean =>
    launchers.some((one) => one.condition === condition);
  if (has('error') || launchers.some((one) => one.pauseReason !== null)) return 'error';
  if (has('running')) return 'busy';
  if (has('warning') || has('waiting')) return 'warning';
  return has('paused') && !has('idle') ? 'paused' : 'idle';
}

const nextRun = (at: Date | null): string | null => at?.toISOString() ?? null;
