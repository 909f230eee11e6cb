import { describe, expect, it } from 'vitest';
import { nextTryAt } from '#core/pipeline/retry-policy';

const now = new Date('2026-01-05T08:00:00Z');
const secondsAfter = (attempts: number, retryAfterSeconds?: number): number =>
  (Date.parse(nextTryAt(now, attempts, retryAfterSeconds)) - now.getTime()) / 1000;
const minutes = (count: number): number => count * 60 - 2;

describe('nextTryAt', () => {
  it('waits longer after each failure, at most four hours', () => {
    expect([1, 2, 3, 4, 5, 6, 99].map((attempts) => secondsAfter(attempts))).toEqual(
      [1, 5, 15, 60, 240, 240, 240].map(minutes),
    );
  });

  it('is never earlier than the other side asked for', () => {
    expect(secondsAfter(1, 600)).toBe(600);
    expect(secondsAfter(3, 600)).toBe(minutes(15));
    expect(secondsAfter(1, 60)).toBe(60);
  });

  it('is over for the look a minute later, though the failure came a moment after its look began', () => {
    const failed = new Date(now.getTime() + 1500);

    expect(nextTryAt(failed, 1) < new Date(now.getTime() + 60_000).toISOString()).toBe(true);
  });

  it('takes no count below one for a reason to try at once', () => {
    expect(secondsAfter(0)).toBe(minutes(1));
  });
});
