import './paris.ts';
import { describe, expect, it } from 'vitest';
import { LauncherId } from '#contract/ids';
import { AuthError } from '#core/errors';
import type { LogFields, Logger } from '#core/ports';
import { createScheduler, type Scheduler } from '#core/schedule/scheduler';
import { createFakeWorld, type FakeWorld } from './fake-clock.ts';
import { local, rules } from './rules.ts';

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type Fired = { readonly id: string; readonly cause: string; readonly at: string };
type Logged = { readonly level: string; readonly event: string; readonly fields: LogFields };

type Setup = {
  readonly world: FakeWorld;
  readonly scheduler: Scheduler;
  readonly fired: Fired[];
  readonly logged: Logged[];
  readonly times: (id?: string) => readonly string[];
};

function setUp(start: string, onFire: (id: string) => unknown = () => undefined): Setup {
  const world = createFakeWorld(start);
  const fired: Fired[] = [];
  const logged: Logged[] = [];
  const logger: Logger = {
    log: (level, event, fields = {}) => logged.push({ level, event, fields }),
    child: () => logger,
  };
  const scheduler = createScheduler({
    clock: world.clock,
    timer: world.timer,
    logger,
    fire: (id, cause) => {
      fired.push({ id, cause, at: local(world.clock.now()).slice(11, 19) });
      return onFire(id);
    },
  });
  const times = (id?: string) =>
    fired.filter((one) => id === undefined || one.id === id).map(({ at }) => at);
  return { world, scheduler, fired, logged, times };
}

const entry = (id: string, ...texts: readonly string[]) => ({
  launcherId: LauncherId.parse(id),
  schedule: rules(...texts),
});

const everySecond = '* * * * * * *';
const every15Seconds = '* * * * * * */15';
const dailyAtEight = '* * * * 8 0 0';

function started(start: string, ...entries: readonly ReturnType<typeof entry>[]): Setup {
  const setup = setUp(start);
  setup.scheduler.plan(entries);
  setup.scheduler.start();
  return setup;
}

describe('the scheduler', () => {
  it('fires each launcher at the instants of its schedule', async () => {
    const twice = entry('b', '* * * * * * 20', '* * * * * * 50');
    const { world, fired } = started('2026-11-22T10:00:05', entry('a', every15Seconds), twice);
    await world.pass(45 * secondMs);
    expect(fired.map(({ id, at }) => `${id} ${at}`)).toEqual([
      'a 10:00:15',
      'b 10:00:20',
      'a 10:00:30',
      'a 10:00:45',
      'b 10:00:50',
    ]);
    expect(new Set(fired.map(({ cause }) => cause))).toEqual(new Set(['schedule']));
  });

  it('fires a rule that is days away, and never arms the timer more than a minute ahead', async () => {
    const { world, times } = started('2026-11-20T09:00:00', entry('a', '* * 1 * 8 30 0'));
    await world.pass(3 * dayMs);
    expect(times()).toEqual(['08:30:00']);
    expect(world.farthestArmedMs()).toBeLessThanOrEqual(minuteMs);
  });

  it('tells the next instant of each launcher', () => {
    const { scheduler } = started('2026-11-22T10:00:05', entry('a', dailyAtEight), entry('b'));
    expect(local(scheduler.next(LauncherId.parse('a'))!)).toBe('2026-11-23 08:00:00+01');
    expect(scheduler.next(LauncherId.parse('b'))).toBeNull();
    expect(scheduler.next(LauncherId.parse('unknown'))).toBeNull();
  });

  it('follows the two nights on which the clocks change', async () => {
    const spring = started('2027-03-27T12:00:00', entry('a', '* * * * 2 30 0'));
    await spring.world.pass(2 * dayMs);
    expect(spring.times()).toEqual(['03:00:00', '02:30:00']);
    const autumn = started('2027-10-30T12:00:00', entry('a', '* * * * 2 30 0'));
    await autumn.world.pass(2 * dayMs);
    expect(autumn.times()).toEqual(['02:30:00', '02:30:00']);
  });

  it('is quiet when a rule has ended', async () => {
    const { world, scheduler, times } = started(
      '2026-12-31T23:59:57',
      entry('a', '2026 * * * * * *'),
    );
    await world.pass(minuteMs);
    expect(times()).toEqual(['23:59:58', '23:59:59']);
    expect(scheduler.next(LauncherId.parse('a'))).toBeNull();
  });
});

describe('after the machine slept', () => {
  it.each([
    ['not counted as elapsed time', false],
    ['counted as elapsed time', true],
  ])('fires once for 600 missed instants: sleep %s', async (_title, counted) => {
    const { world, fired } = started('2026-11-22T10:00:00.500', entry('a', everySecond));
    await world.pass(2 * secondMs);
    world.sleepMachine(10 * minuteMs, counted);
    await world.pass(3 * secondMs);
    expect(fired.filter(({ cause }) => cause === 'catchUp')).toHaveLength(1);
    expect(fired.map(({ at }) => at).slice(0, 2)).toEqual(['10:00:01', '10:00:02']);
    expect(fired.length).toBeLessThanOrEqual(6);
    expect(fired.at(-1)).toMatchObject({ cause: 'schedule', at: '10:10:05' });
  });

  it('notices within half a minute by itself', async () => {
    const { world, fired } = started('2026-11-22T07:00:00', entry('a', dailyAtEight));
    world.sleepMachine(3 * hourMs);
    await world.pass(30 * secondMs);
    expect(fired.map(({ cause }) => cause)).toEqual(['catchUp']);
  });

  it('notices at once when told, and fires no second time', async () => {
    const { world, scheduler, fired, times } = started(
      '2026-11-22T07:00:00',
      entry('a', dailyAtEight),
    );
    world.sleepMachine(3 * hourMs);
    scheduler.wake();
    scheduler.wake();
    await world.pass(minuteMs);
    expect(fired).toEqual([{ id: 'a', cause: 'catchUp', at: '10:00:00' }]);
    await world.pass(dayMs);
    expect(times()).toEqual(['10:00:00', '08:00:00']);
  });

  it('fires nothing for a launcher that missed nothing', async () => {
    const { world, scheduler, fired } = started('2026-11-22T08:30:00', entry('a', dailyAtEight));
    world.sleepMachine(10 * hourMs);
    scheduler.wake();
    await world.pass(minuteMs);
    expect(fired).toEqual([]);
  });
});

describe('when the clock is set', () => {
  it('fires once after a jump forward over several days', async () => {
    const { world, times, fired } = started('2026-11-22T10:00:00', entry('a', dailyAtEight));
    world.setWallBy(5 * dayMs);
    await world.pass(minuteMs);
    expect(fired).toHaveLength(1);
    expect(fired[0]!.cause).toBe('catchUp');
    await world.pass(dayMs);
    expect(times().at(-1)).toBe('08:00:00');
    expect(fired).toHaveLength(2);
  });

  it.each([
    ['a minute', -minuteMs],
    ['an hour and seven seconds', -hourMs - 7 * secondMs],
    ['a month', -30 * dayMs],
  ])('does not stall or hurry a cadence when set back by %s', async (_title, byMs) => {
    const { world, fired } = started('2026-11-22T10:00:01', entry('a', every15Seconds));
    await world.pass(minuteMs);
    expect(fired).toHaveLength(4);
    world.setWallBy(byMs);
    await world.pass(10 * minuteMs);
    // 40 in ten minutes; up to two are lost while the set-back is noticed and the beat found again.
    expect(fired.length - 4).toBeGreaterThanOrEqual(38);
    expect(fired.length - 4).toBeLessThanOrEqual(40);
  });

  it('goes on within two seconds at one second, set back by an hour', async () => {
    const { world, times } = started('2026-11-22T10:00:00.500', entry('a', everySecond));
    await world.pass(2 * secondMs);
    world.setWallBy(-hourMs);
    await world.pass(4 * secondMs);
    expect(times().slice(2)).toEqual(['09:00:04', '09:00:05', '09:00:06']);
  });

  it('goes on with a cadence within office hours too', async () => {
    const { world, fired } = started('2026-11-23T11:00:01', entry('a', '* * 1-5 * 8-17 */5 0'));
    await world.pass(30 * minuteMs);
    expect(fired).toHaveLength(6);
    world.setWallBy(-hourMs);
    await world.pass(30 * minuteMs);
    expect(fired.length - 6).toBeGreaterThanOrEqual(5);
    expect(fired.length - 6).toBeLessThanOrEqual(6);
  });

  it('does not run a time of day twice when set back over it', async () => {
    const { world, times, logged } = started('2026-11-22T07:59:00', entry('a', dailyAtEight));
    await world.pass(6 * minuteMs);
    world.setWallBy(-10 * minuteMs);
    await world.pass(hourMs);
    expect(times()).toEqual(['08:00:00']);
    expect(logged).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'schedule.clockSetBack' }),
    );
    await world.pass(dayMs);
    expect(times()).toEqual(['08:00:00', '08:00:00']);
  });

  it('does not run two neighbouring times of day twice', async () => {
    const { world, times } = started('2026-11-22T07:59:00', entry('a', '* * * * 8 0,1 0'));
    await world.pass(6 * minuteMs);
    world.setWallBy(-hourMs);
    await world.pass(3 * hourMs);
    expect(times()).toEqual(['08:00:00', '08:01:00']);
  });

  it('takes one catch-up for all the times of day it stood for', async () => {
    const { world, scheduler, times } = started(
      '2026-11-22T07:50:00',
      entry('a', '* * * * 8,9 0 0'),
    );
    world.sleepMachine(2 * hourMs);
    scheduler.wake();
    world.setWallBy(-2 * hourMs);
    await world.pass(3 * hourMs);
    expect(times()).toEqual(['09:50:00']);
  });

  it('does not wait for a wrong far future to come back', async () => {
    const { world, fired } = started('2026-11-22T10:00:00', entry('a', dailyAtEight));
    world.setWallBy(3650 * dayMs);
    await world.pass(minuteMs);
    expect(fired).toHaveLength(1);
    world.setWallBy(-3650 * dayMs);
    await world.pass(3 * dayMs);
    expect(fired.length).toBeGreaterThanOrEqual(3);
    expect(fired.length).toBeLessThanOrEqual(4);
  });

  it('runs a launcher that has not run yet when its time comes a second time', async () => {
    const { world, times } = started('2026-11-22T08:05:00', entry('a', dailyAtEight));
    world.setWallBy(-10 * minuteMs);
    await world.pass(hourMs);
    expect(times()).toEqual(['08:00:00']);
  });

  it('is not taken for set back by the drift of a clock', async () => {
    const { world, logged, fired } = started('2026-11-22T10:00:01', entry('a', every15Seconds));
    for (let i = 0; i < 20; i++) {
      await world.pass(minuteMs);
      world.setWallBy(-50);
    }
    expect(logged).toEqual([]);
    expect(fired.length).toBeGreaterThanOrEqual(79);
    expect(fired.length).toBeLessThanOrEqual(80);
  });
});

describe('a change of plan', () => {
  it('moves the edited launcher only: the others keep even an instant that is overdue', async () => {
    const { world, scheduler, fired } = started(
      '2026-11-22T10:00:01',
      entry('a', '* * * * 10 0 5'),
      entry('b', dailyAtEight),
    );
    world.sleepMachine(10 * secondMs);
    scheduler.plan([entry('a', '* * * * 10 0 5'), entry('b', '* * * * * * 30')]);
    await world.pass(20 * secondMs);
    expect(fired.map(({ id, cause }) => `${id} ${cause}`)).toEqual(['a catchUp', 'b schedule']);
    expect(fired[1]!.at).toBe('10:00:30');
  });

  it('a hundred times within a second neither delays nor repeats anything', async () => {
    const { world, scheduler, times } = started('2026-11-22T10:00:01', entry('a', every15Seconds));
    for (let i = 0; i < 3000; i++) {
      scheduler.plan([entry('a', every15Seconds), entry('b', `* * * * ${i % 24} 0 0`)]);
      await world.pass(10);
    }
    expect(times('a')).toEqual(['10:00:15', '10:00:30']);
    expect(world.waiting()).toBeLessThanOrEqual(2);
  });

  it('ends the firing of a launcher that is gone', async () => {
    const { world, scheduler, times } = started('2026-11-22T10:00:01', entry('a', everySecond));
    await world.pass(2 * secondMs);
    scheduler.plan([]);
    await world.pass(minuteMs);
    expect(times()).toEqual(['10:00:02', '10:00:03']);
  });

  it('made by a firing holds for the launchers due at the same instant', async () => {
    const setup: Setup = setUp('2026-11-22T10:00:01', () => {
      setup.scheduler.plan([entry('a', every15Seconds)]);
    });
    setup.scheduler.plan([entry('a', every15Seconds), entry('b', every15Seconds)]);
    setup.scheduler.start();
    await setup.world.pass(30 * secondMs);
    expect(setup.fired.map(({ id }) => id)).toEqual(['a', 'a']);
  });
});

describe('a firing that fails', () => {
  it.each([
    [
      'throws',
      () => {
        throw new AuthError('mail.refused');
      },
    ],
    ['rejects', () => Promise.reject(new AuthError('mail.refused'))],
  ])('is logged and stops nobody: it %s', async (_title, fail) => {
    const setup = setUp('2026-11-22T10:00:01', (id) => (id === 'a' ? fail() : undefined));
    setup.scheduler.plan([entry('a', every15Seconds), entry('b', every15Seconds)]);
    setup.scheduler.start();
    await setup.world.pass(30 * secondMs);
    expect(setup.fired.map(({ id }) => id)).toEqual(['a', 'b', 'a', 'b']);
    const failure = { launcherId: 'a', code: 'mail.refused' };
    expect(setup.logged).toHaveLength(2);
    expect(setup.logged[0]).toMatchObject({ level: 'error', fields: failure });
  });

  it('does not delay the next one when it never ends', async () => {
    const setup = setUp('2026-11-22T10:00:01', () => new Promise(() => undefined));
    setup.scheduler.plan([entry('a', every15Seconds)]);
    setup.scheduler.start();
    await setup.world.pass(minuteMs);
    expect(setup.fired).toHaveLength(4);
  });
});

describe('starting and stopping', () => {
  it('fires and arms nothing before the start', async () => {
    const { world, scheduler, fired } = setUp('2026-11-22T10:00:01');
    scheduler.plan([entry('a', everySecond)]);
    scheduler.wake();
    await world.pass(minuteMs);
    expect(fired).toEqual([]);
    expect(world.waiting()).toBe(0);
    expect(scheduler.next(LauncherId.parse('a'))).toBeNull();
  });

  it('leaves nothing behind when stopped, even by a firing', async () => {
    const setup: Setup = setUp('2026-11-22T10:00:01', () => {
      setup.scheduler.stop();
    });
    setup.scheduler.plan([entry('a', everySecond), entry('b', everySecond)]);
    setup.scheduler.start();
    await setup.world.pass(10 * secondMs);
    expect(setup.fired).toHaveLength(1);
    expect(setup.world.waiting()).toBe(0);
    expect(setup.scheduler.next(LauncherId.parse('a'))).toBeNull();
  });

  it('does not make up on a restart for what was missed while stopped', async () => {
    const { world, scheduler, fired } = started('2026-11-22T07:00:00', entry('a', dailyAtEight));
    scheduler.stop();
    await world.pass(2 * hourMs);
    scheduler.start();
    scheduler.start();
    await world.pass(minuteMs);
    expect(fired).toEqual([]);
    await world.pass(dayMs);
    expect(fired).toHaveLength(1);
  });
});
