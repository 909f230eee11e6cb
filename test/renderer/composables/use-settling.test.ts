import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { useGathering, useSettling } from '../../../src-renderer/composables/use-settling.ts';

describe('doing something less often than it is asked for', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Asks every 50 ms for a second, with a wait of 100 ms. */
  async function timesOf(use: typeof useSettling): Promise<number> {
    const work = vi.fn();
    const scope = effectScope();
    const ask = scope.run(() => use(work, 100))!;
    for (let passed = 0; passed < 1000; passed += 50) {
      ask();
      await vi.advanceTimersByTimeAsync(50);
    }
    scope.stop();
    return work.mock.calls.length;
  }

  it('waits for the end of what is typed', async () => {
    expect(await timesOf(useSettling)).toBe(0);
  });

  it('goes on while events come without a pause', async () => {
    expect(await timesOf(useGathering)).toBe(10);
  });
});
