// Who is to be fired when. Holds the launchers with the instant planned for each; knows no timer. What is due is
// due once, however often it was missed, and is planned anew from the present.
import type { LauncherId } from '#contract/ids';
import type { RunCause } from '#contract/model/run';
import { instantToFire } from './missed-instants.ts';
import type { ParsedSchedule } from './parse-rule.ts';

export type PlanEntry = { readonly launcherId: LauncherId; readonly schedule: ParsedSchedule };

/** `catchUp`: the instant had passed for more than 5 s (sleep, clock set forward, a blocked process). */
export type FireCause = Exclude<RunCause, 'manual'>;

export type Firing = {
  readonly launcherId: LauncherId;
  readonly cause: FireCause;
  readonly lateMs: number;
};

/** One look at both clocks: UTC ms, and ms that never jump. */
export type ClockReading = { readonly wallMs: number; readonly monotonicMs: number };

type Planned = PlanEntry & {
  readonly key: string;
  nextMs: number | null;
  /** The wall instant last fired for, and the monotonic reading that belongs to it. */
  lastFired: ClockReading | null;
};

const catchUpAfterMs = 5_000;

export class LauncherPlan {
  #planned: ReadonlyMap<LauncherId, Planned> = new Map();

  /** Entries with the schedule they had keep their instant; others are planned from `now`. */
  replace(entries: readonly PlanEntry[], now: ClockReading): void {
    const previous = this.#planned;
    const planned = entries.map((entry) => {
      const old = previous.get(entry.launcherId);
      const key = entry.schedule.map((rule) => rule.key).join('\n');
      if (old?.key === key) return old;
      return withNext({ ...entry, key, nextMs: null, lastFired: old?.lastFired ?? null }, now);
    });
    this.#planned = new Map(planned.map((entry) => [entry.launcherId, entry]));
  }

  replanAll(now: ClockReading): void {
    for (const entry of this.#planned.values()) withNext(entry, now);
  }

  /** What is due at `now`, in the order of the plan; each is already planned anew. */
  takeDue(now: ClockReading): readonly Firing[] {
    const firings: Firing[] = [];
    for (const entry of this.#planned.values()) {
      if (entry.nextMs === null || entry.nextMs > now.wallMs) continue;
      const lateMs = now.wallMs - entry.nextMs;
      const cause = lateMs > catchUpAfterMs ? 'catchUp' : 'schedule';
      // A catch-up stands for every instant up to now.
      const agoMs = cause === 'catchUp' ? 0 : lateMs;
      entry.lastFired = { wallMs: now.wallMs - agoMs, monotonicMs: now.monotonicMs - agoMs };
      withNext(entry, now);
      firings.push({ launcherId: entry.launcherId, cause, lateMs });
    }
    return firings;
  }

  has(launcherId: LauncherId): boolean {
    return this.#planned.has(launcherId);
  }

  /** UTC ms; null = never. */
  nextMs(launcherId: LauncherId): number | null {
    return this.#planned.get(launcherId)?.nextMs ?? null;
  }

  /** UTC ms of the first instant of all; Infinity = none. */
  earliestMs(): number {
    return Math.min(...[...this.#planned.values()].map(({ nextMs }) => nextMs ?? Infinity));
  }
}

function withNext(entry: Planned, now: ClockReading): Planned {
  const { lastFired: last } = entry;
  const firing = last && {
    instantMs: last.wallMs,
    agoMs: now.monotonicMs - last.monotonicMs,
  };
  entry.nextMs = instantToFire(entry.schedule, now.wallMs, firing);
  return entry;
}
