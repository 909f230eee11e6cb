// The launchers' schedules, at work only where a program serves: `lanceur run` never pays for loading the timer.
import type { LauncherId } from '#contract/ids';
import type { Clock, Logger } from '../ports.ts';
import type { FireCause, PlanEntry } from '../schedule/launcher-plan.ts';
import type { Scheduler } from '../schedule/scheduler.ts';

export interface Scheduling {
  /** The launchers to fire; harmless before `start`. */
  plan(entries: readonly PlanEntry[]): void;
  start(): Promise<void>;
  stop(): void;
  /** Null = never, unknown, or not started. */
  next(launcherId: LauncherId): Date | null;
  wake(): void;
  /** As `Scheduler.sinceLookMs`. */
  readonly sinceLookMs: () => number | null;
}

export function createScheduling(parts: {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fire: (launcherId: LauncherId, cause: FireCause) => unknown;
}): Scheduling {
  let scheduler: Scheduler | undefined;
  let entries: readonly PlanEntry[] = [];
  return {
    plan: (given) => {
      entries = given;
      scheduler?.plan(given);
    },
    start: async () => {
      const { createScheduler } = await import('../schedule/scheduler.ts');
      scheduler ??= createScheduler(parts);
      scheduler.plan(entries);
      scheduler.start();
    },
    stop: () => scheduler?.stop(),
    next: (launcherId) => scheduler?.next(launcherId) ?? null,
    wake: () => scheduler?.wake(),
    sinceLookMs: () => scheduler?.sinceLookMs() ?? null,
  };
}
