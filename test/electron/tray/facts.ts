// Facts for the tray, made short.
import { LauncherId, RunId } from '#contract/ids';
import type { LauncherStatus, Status } from '#contract/model/status';
import { noCounts } from '#core/store/run-repo';
import type { TrayFacts } from '../../../src-main/electron/tray/tray-model.ts';

export const now = new Date('2026-01-05T09:00:00Z');

export const launcher = (given: Partial<LauncherStatus> = {}): LauncherStatus => ({
  launcherId: LauncherId.parse('a'),
  description: 'Scanner accueil',
  protocol: 'folder',
  condition: 'idle',
  pauseReason: null,
  pausedUntil: null,
  nextRunAt: '2026-01-05T09:10:00Z',
  lastLookAt: null,
  lastRun: null,
  open: {},
  ...given,
});

export const ended = (
  endedAt: string,
  documents = 3,
  outcome: 'done' | 'failed' = 'done',
): NonNullable<LauncherStatus['lastRun']> => ({
  id: RunId.parse(1),
  launcherId: LauncherId.parse('a'),
  cause: 'schedule',
  startedAt: endedAt,
  endedAt,
  outcome,
  counts: { ...noCounts, documents },
  error: null,
});

export const status = (given: Partial<Status> = {}): Status => ({
  version: '1.0.0',
  startedAt: '2026-01-05T08:00:00Z',
  allPaused: false,
  pausedUntil: null,
  condition: 'idle',
  launchers: [launcher()],
  ...given,
});

export const facts = (given: Partial<TrayFacts> = {}): TrayFacts => ({
  now,
  engine: 'alive',
  reason: null,
  status: status(),
  lastDelivered: null,
  startAtLogin: false,
  update: null,
  ...given,
});
