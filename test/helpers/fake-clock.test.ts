import { CancelledError } from '#core/errors';
import { expect, it } from 'vitest';
import { fakeClock } from './fake-clock.ts';

const never = new AbortController().signal;

it('stands still until told', async () => {
  const clock = fakeClock('2026-01-05T08:00:00Z');
  let woke = false;
  void clock.sleep(1_000, never).then(() => (woke = true));
  await clock.advance(999);
  expect([woke, clock.now().toISOString()]).toEqual([false, '2026-01-05T08:00:00.999Z']);
  await clock.advance(1);
  expect([woke, clock.sleepers()]).toEqual([true, 0]);
});

it('wakes sleepers at their own instants, again if they sleep again', async () => {
  const clock = fakeClock();
  const log: string[] = [];
  const tick = async (name: string, ms: number) => {
    for (;;) {
      await clock.sleep(ms, never);
      log.push(`${name}@${clock.monotonicMs()}`);
    }
  };
  void tick('a', 30);
  void tick('b', 20);
  await clock.advance(60);
  expect(log).toEqual(['b@20', 'a@30', 'b@40', 'a@60', 'b@60']);
});

it('moves the wall clock without waking anybody', async () => {
  const clock = fakeClock('2026-01-05T08:00:00Z');
  void clock.sleep(1_000, never);
  clock.set('2030-01-01T00:00:00Z');
  await clock.advance(500);
  expect(clock.now().toISOString()).toBe('2030-01-01T00:00:00.500Z');
  expect([clock.sleepers(), clock.monotonicMs()]).toEqual([1, 500]);
});

it('rejects a sleeper whose signal aborts', async () => {
  const clock = fakeClock();
  const stop = new AbortController();
  const sleep = clock.sleep(1_000, stop.signal);
  stop.abort();
  await expect(sleep).rejects.toBeInstanceOf(CancelledError);
  await expect(clock.sleep(1, stop.signal)).rejects.toBeInstanceOf(CancelledError);
  expect(clock.sleepers()).toBe(0);
});
