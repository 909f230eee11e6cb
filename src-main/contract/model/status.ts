// The state of everything in one look: for the tray, the dashboard, and `lanceur status --json`.
import { z } from 'zod';
import { ErrorBody } from '../error-codes.ts';
import { LauncherId } from '../ids.ts';
import { Run } from './run.ts';

export const LauncherCondition = z.enum([
  'disabled',
  'paused',
  'running',
  'idle',
  'warning', // something needs a look: quarantine, unrouted, could not be settled
  'waiting', // source or destination cannot take part now
  'error', // the last run failed
]);
export type LauncherCondition = z.infer<typeof LauncherCondition>;

export const LauncherStatus = z.object({
  launcherId: LauncherId,
  description: z.string(),
  protocol: z.string(),
  condition: LauncherCondition,
  /** Why it paused by itself. */
  pauseReason: ErrorBody.nullable(),
  /** When the pause ends by itself; null = when somebody resumes it, or it is not paused. */
  pausedUntil: z.string().nullable(),
  nextRunAt: z.string().nullable(),
  /** The last look, though it found nothing and left no run. */
  lastLookAt: z.string().nullable(),
  lastRun: Run.nullable(),
  /** Items waiting or set aside, by state. */
  open: z.record(z.string(), z.number()),
});
export type LauncherStatus = z.infer<typeof LauncherStatus>;

export const Status = z.object({
  version: z.string(),
  startedAt: z.string(),
  /** All that are enabled. */
  allPaused: z.boolean(),
  /** When the first of them goes on by itself, while all are paused. */
  pausedUntil: z.string().nullable(),
  /** The worst of all launchers. */
  condition: z.enum(['idle', 'busy', 'warning', 'error', 'paused']),
  launchers: z.array(LauncherStatus),
});
export type Status = z.infer<typeof Status>;
