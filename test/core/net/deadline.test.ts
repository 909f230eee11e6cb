import { expect, it } from 'vitest';
import { createSilenceWatch, silenceDeadline } from '#core/net/deadline';
import { fakeClock } from '../../helpers/fake-clock.ts';

const nobody = new AbortController().signal;

it('stops only what has been silent too long, however many are watched', async () => {
  const clock = fakeClock();
  const watch = createSilenceWatch(clock, 100);
  const [silent, talking] = [watch(nobody), watch(nobody)];
  await clock.advance(60);
  talking.touch();
  await clock.advance(40);
  expect([silent.isOver(), talking.isOver()]).toEqual([true, false]);
  expect([silent.signal.aborted, talking.signal.aborted]).toEqual([true, false]);
  await clock.advance(59);
  expect(talking.isOver()).toBe(false);
  await clock.advance(1);
  expect(talking.isOver()).toBe(true);
});

it('watches what begins while another is running, and again after all have stopped', async () => {
  const clock = fakeClock();
  const watch = createSilenceWatch(clock, 100);
  const first = watch(nobody);
  await clock.advance(50);
  const second = watch(nobody);
  first.stop();
  await clock.advance(99);
  expect([first.isOver(), second.isOver()]).toEqual([false, false]);
  await clock.advance(1);
  expect([first.isOver(), second.isOver()]).toEqual([false, true]);
  const third = watch(nobody);
  await clock.advance(100);
  expect(third.isOver()).toBe(true);
});

it('sleeps once for all, and not at all when nothing is watched', async () => {
  const clock = fakeClock();
  const watch = createSilenceWatch(clock, 100);
  const all = [watch(nobody), watch(nobody), watch(nobody)];
  expect(clock.sleepers()).toBe(1);
  for (const one of all) one.stop();
  await clock.advance(0);
  expect(clock.sleepers()).toBe(0);
});

it('waits for nobody while it is held', async () => {
  const clock = fakeClock();
  const deadline = silenceDeadline(clock, 100, nobody);
  deadline.hold(true);
  await clock.advance(500);
  expect(deadline.isOver()).toBe(false);
  deadline.hold(false);
  await clock.advance(100);
  expect(deadline.isOver()).toBe(true);
});

it('stops the work of somebody who gives up, and does not call it silence', () => {
  const outer = new AbortController();
  const deadline = silenceDeadline(fakeClock(), 100, outer.signal);
  outer.abort();
  expect([deadline.signal.aborted, deadline.isOver()]).toEqual([true, false]);
  deadline.stop();
});
