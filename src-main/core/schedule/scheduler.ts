// Fires launchers when their schedules say so. One timer for all, armed at most a minute ahead; beside it a
// heartbeat in monotonic time looks at the wall clock, so that a machine that slept or a clock that was set
// is noticed within half a minute. Nothing that a firing throws stops it.
import type { LauncherId } from '#contract/ids';
import { background } from '../background.ts';
import { toAppError } from '../errors.ts';
import type { Clock, Logger } from '../ports.ts';
import {
  LauncherPlan,
  type ClockReading,
  type FireCause,
  type PlanEntry,
} from './launcher-plan.ts';
import { createNodeScheduleTimer, type OneShotTimer } from './one-shot-timer.ts';

export type SchedulerParts = {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told once per due launcher, in the order of the plan; may decline. What it throws is logged. */
  readonly fire: (launcherId: LauncherId, cause: FireCause) => unknown;
  readonly timer?: OneShotTimer;
};

export interface Scheduler {
  /** The launchers to fire from now on. One whose schedule is unchanged keeps its timing untouched. */
  plan(entries: readonly PlanEntry[]): void;
  /** Plans from the present: what was missed while stopped is not made up for. Harmless when started. */
  start(): void;
  /** Nothing fires after it and no timer is left. May be started again. */
  stop(): void;
  /** The instant a launcher will be fired at; null = never, unknown, or not started. */
  next(launcherId: LauncherId): Date | null;
  /** To be called when the machine wakes up: looks at the clocks now instead of at the next heartbeat. */
  wake(): void;
  /** Milliseconds since it last looked at the clocks; more than a minute = it hangs. Null = not started. */
  sinceLookMs(): number | null;
}

const heartbeatMs = 30_000;
const armAheadMs = 60_000;
/** The heartbeat looks this long after the timer should have rung: a clock set back makes that timer wait. */
const overdueMs = 500;
const setBackMs = 1_000;

export function createScheduler(parts: SchedulerParts): Scheduler {
  return new OneTimerScheduler(parts);
}

class OneTimerScheduler implements Scheduler {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #fire: SchedulerParts['fire'];
  readonly #timer: OneShotTimer;
  readonly #plan = new LauncherPlan();
  #running: AbortController | null = null;
  #armed: { readonly atMs: number; readonly cancel: () => void } | null = null;
  #lastReading: ClockReading | null = null;

  constructor({ clock, logger, fire, timer }: SchedulerParts) {
    this.#clock = clock;
    this.#logger = logger.child('schedule');
    this.#fire = fire;
    this.#timer = timer ?? createNodeScheduleTimer();
  }

  plan(entries: readonly PlanEntry[]): void {
    const now = this.#read();
    this.#plan.replace(entries, now);
    this.#arm(now);
  }

  start(): void {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    const now = this.#read();
    this.#lastReading = now;
    this.#plan.replanAll(now);
    this.#arm(now);
    background(this.#beat(this.#running.signal), this.#logger);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#disarm();
  }

  next(launcherId: LauncherId): Date | null {
    const nextMs = this.#running === null ? null : this.#plan.nextMs(launcherId);
    return nextMs === null ? null : new Date(nextMs);
  }

  wake(): void {
    this.#look();
  }

  sinceLookMs(): number | null {
    if (this.#running === null || this.#lastReading === null) return null;
    return this.#clock.monotonicMs() - this.#lastReading.monotonicMs;
  }

  async #beat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const untilNextMs = Math.max(0, this.#plan.earliestMs() - this.#clock.now().getTime());
      await this.#clock.sleep(Math.min(heartbeatMs, untilNextMs + overdueMs), signal);
      this.#look();
    }
  }

  /** Looks at the clocks and does what is due. May be called at any time, any number of times. */
  #look(): void {
    if (this.#running === null) return;
    try {
      const now = this.#read();
      this.#replanIfSetBack(now);
      const firings = this.#plan.takeDue(now);
      this.#arm(now);
      for (const { launcherId, cause, lateMs } of firings) {
        // An earlier firing may have changed the plan or stopped everything.
        if (!this.#isRunning() || !this.#plan.has(launcherId)) continue;
        if (cause === 'catchUp')
          this.#logger.log('info', 'schedule.catchUp', { launcherId, lateMs });
        background(this.#tell(launcherId, cause), this.#logger);
      }
    } catch (thrown) {
      // A bug, but the other launchers must go on: the heartbeat looks again.
      this.#logger.log('error', 'schedule.lookFailed', { message: toAppError(thrown).message });
    }
  }

  async #tell(launcherId: LauncherId, cause: FireCause): Promise<void> {
    try {
      await this.#fire(launcherId, cause);
    } catch (thrown) {
      const { code, message } = toAppError(thrown);
      this.#logger.log('error', 'schedule.fireFailed', { launcherId, code, message });
    }
  }

  #replanIfSetBack(now: ClockReading): void {
    const before = this.#lastReading ?? now;
    this.#lastReading = now;
    const expectedMs = before.wallMs + now.monotonicMs - before.monotonicMs;
    if (expectedMs - now.wallMs < setBackMs) return;
    this.#logger.log('warn', 'schedule.clockSetBack', {
      byMs: Math.round(expectedMs - now.wallMs),
    });
    this.#plan.replanAll(now);
  }

  /** Arms the timer for the earliest instant, unless that is far: then the heartbeat will come back to it. */
  #arm(now: ClockReading): void {
    const atMs = this.#plan.earliestMs();
    if (this.#armed?.atMs === atMs) return;
    this.#disarm();
    if (!this.#isRunning() || atMs - now.wallMs > armAheadMs) return;
    const cancel = this.#timer.arm(new Date(atMs), () => {
      this.#armed = null;
      this.#look();
    });
    this.#armed = { atMs, cancel };
  }

  #disarm(): void {
    this.#armed?.cancel();
    this.#armed = null;
  }

  #isRunning(): boolean {
    return this.#running !== null;
  }

  #read(): ClockReading {
    return { wallMs: this.#clock.now().getTime(), monotonicMs: this.#clock.monotonicMs() };
  }
}
