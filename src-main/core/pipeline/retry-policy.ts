// When a failed item is tried again: pure arithmetic, the pipeline owns the clock.

/** Minutes to wait after the first, second, … failed attempt; the last one repeats. */
const WAITS_MIN = [1, 5, 15, 60, 240] as const;

/** A look each minute comes a little less than a minute after the failure in the last one: it counts all the same. */
const HEAD_START_MS = 2000;

/** UTC ISO of the next attempt after `attempts` (≥ 1) failures; never before what the other side asked for. */
export function nextTryAt(now: Date, attempts: number, retryAfterSeconds = 0): string {
  const index = Math.min(Math.max(attempts, 1), WAITS_MIN.length) - 1;
  const ownMs = (WAITS_MIN[index] ?? 240) * 60_000 - HEAD_START_MS;
  const waitMs = Math.max(ownMs, retryAfterSeconds * 1000);
  return new Date(now.getTime() + waitMs).toISOString();
}
