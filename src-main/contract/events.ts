// Every event from the core to shells and window: name → payload. They say "look again"; truth comes by calls.
import { z } from 'zod';
import { LauncherId } from './ids.ts';
import { Run, RunCounts } from './model/run.ts';
import { Settings } from './model/settings.ts';
import { SignIn } from './model/sign-in.ts';

export const events = {
  /** A run began, ended, or made progress (at most a few times a second). */
  'run.progress': z.object({ launcherId: LauncherId, counts: RunCounts }),
  'run.started': z.object({ launcherId: LauncherId }),
  'run.ended': z.object({ launcherId: LauncherId, run: Run }),
  /** Launchers, jobs or accounts were changed by somebody. */
  'configuration.changed': z.object({}),
  'settings.changed': Settings,
  'signIn.changed': SignIn,
  /** Launchers were paused or go on, or items were decided on. */
  'status.changed': z.object({}),
  /** Messages of the outbox changed (at most a few times a second). */
  'outbox.changed': z.object({}),
  /** An incident began or ended. */
  'notices.changed': z.object({}),
} as const;

export type Events = typeof events;
export type EventName = keyof Events;
export type EventPayload<N extends EventName> = z.output<Events[N]>;
