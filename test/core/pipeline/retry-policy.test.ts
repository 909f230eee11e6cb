import { describe, expect, it } from 'vitest';
import { nextTryAt } from '#core/pipeline/retry-policy';

const now = new Date('2026-01-05T08:00:00Z');
const minutesAfter = (attempts: number, retryAfterSeconds?: number): number =>
  (Date.parse(nextTryAt(now, attempts, retryAfterSeconds)) - now.getTime()) / 60_000;

describe('nextTryAt', () => {
  it('waits longer after each failure, at most four hours', () => {
    expect([1, 2, 3, 4, 5, 6, 99].map((attempts) => minutesAfter(attempts))).toEqual([
      1, 5, 15, 60, 240, 240, 240,
    ]);
  });

  it('is never earlier than the other side asked for', () => {
    expect(minutesAfter(1, 600)).toBe(10);
    expect(minutesAfter(3, 600)).toBe(15);
  });

  it('takes no count below one for a reason to try at once', () => {
    expect(minutesAfter(0)).toBe(1);
  });
});
