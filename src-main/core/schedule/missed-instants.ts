// What the scheduler answers when the wall clock was not where it was expected. Pure.
import { nextInstant } from './next-instant.ts';
import type { ParsedSchedule } from './parse-rule.ts';

/** The last instant a launcher was fired for, and how long ago that is in elapsed time. */
export type LastFiring = { readonly instantMs: number; readonly agoMs: number };

/** Clocks drift and are slewed: elapsed time this close to the spacing of a cadence counts as reaching it. */
const tolerance = 0.9;

/**
 * The instant to fire at after `nowMs` (UTC ms); null = never again.
 * Usually the next of the schedule. When the clock was set back, wall times already fired come round again:
 * such an instant fires only where it is part of a cadence, that is when the instants on both sides of it are
 * no farther away than the last firing is in elapsed time. So every 15 seconds goes on at once, and
 * daily at 8:00 does not run twice. The search is short: each refused instant at least doubles the look ahead.
 */
export function instantToFire(
  schedule: ParsedSchedule,
  nowMs: number,
  last: LastFiring | null,
): number | null {
  let instantMs = nextInstantMs(schedule, nowMs);
  while (instantMs !== null && last !== null && instantMs <= last.instantMs) {
    const followingMs = nextInstantMs(schedule, instantMs);
    const reachMs = (last.agoMs + instantMs - nowMs) / tolerance;
    const previousIsNear = nextInstantMs(schedule, instantMs - reachMs - 1) !== instantMs;
    const followingIsNear = followingMs !== null && followingMs - instantMs <= reachMs;
    if (previousIsNear && followingIsNear) return instantMs;
    instantMs = followingMs;
  }
  return instantMs;
}

function nextInstantMs(schedule: ParsedSchedule, afterMs: number): number | null {
  return nextInstant(schedule, afterMs)?.getTime() ?? null;
}
