import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { scheduledJobs } from 'node-schedule';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { createNodeScheduleTimer } from '#core/schedule/one-shot-timer';

/** Resolves with the delay after which the timer rang. */
function ringAfter(ms: number): Promise<number> {
  const startMs = Date.now();
  return new Promise((resolve) => {
    createNodeScheduleTimer().arm(new Date(startMs + ms), () => {
      resolve(Date.now() - startMs);
    });
  });
}

/** Moves the clock of the machine while the test lasts. */
function moveClock(shiftMs: () => number): void {
  const real = Date.now;
  onTestFinished(() => void (Date.now = real));
  Date.now = () => real() + shiftMs();
}

const timersOf = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

afterEach(() => {
  expect(Object.keys(scheduledJobs)).toEqual([]);
});

describe('the timer over the real node-schedule', () => {
  it('rings once, not before its date, and leaves no job behind', async () => {
    expect(await ringAfter(60)).toBeGreaterThanOrEqual(60);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('rings soon for a date that is past or now', async () => {
    expect(await ringAfter(-5000)).toBeLessThan(2000);
    expect(await ringAfter(0)).toBeLessThan(2000);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('rings where its date goes by while it is armed, unless it is called off', async () => {
    let readings = 0;
    // Each look at the clock takes a tenth of a second, as on a machine that has no time.
    moveClock(() => 100 * readings++);
    const rang: string[] = [];
    await new Promise<void>((resolve) => {
      const arm = (name: string) =>
        createNodeScheduleTimer().arm(new Date(Date.now() + 50), () => {
          rang.push(name);
          resolve();
        });
      arm('called off')();
      arm('kept');
    });
    expect(rang).toEqual(['kept']);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('does not ring once called off, where the clock was set back under it', async () => {
    let [shiftMs, looks, rings] = [0, 0, 0];
    moveClock(() => (looks++, shiftMs));
    const cancel = createNodeScheduleTimer().arm(new Date(Date.now() + 30), () => (rings += 1));
    [shiftMs, looks] = [-60, 0];
    // Until it saw that it is not time yet, and waits again.
    while (looks === 0) await new Promise((resolve) => setImmediate(resolve));
    cancel();
    shiftMs = 0;
    await ringAfter(120);
    expect(rings).toBe(0);
  });

  it('does not ring when called off, and leaves neither job nor timer', async () => {
    const before = timersOf();
    let rings = 0;
    const timer = createNodeScheduleTimer();
    const cancels = [20, 40, 3_600_000].map((ms) =>
      timer.arm(new Date(Date.now() + ms), () => (rings += 1)),
    );
    for (const cancel of [...cancels, ...cancels]) cancel();
    expect(timersOf()).toBe(before);
    await ringAfter(80);
    await new Promise((resolve) => setImmediate(resolve));
    expect(rings).toBe(0);
  });

  it('keeps two timers apart', async () => {
    const atMs = Date.now() + 30;
    const rang = new Promise<string>((resolve) => {
      const callOff = createNodeScheduleTimer().arm(new Date(atMs), () => {
        resolve('called off');
      });
      createNodeScheduleTimer().arm(new Date(atMs + 20), () => {
        resolve('kept');
      });
      callOff();
    });
    expect(await rang).toBe('kept');
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('drives the scheduler, which lets the process end by itself once stopped', async () => {
    const program = `
      const { createSystemClock } = await import('#core/clock');
      const { parseRow } = await import('#core/schedule/parse-rule');
      const { createScheduler } = await import('#core/schedule/scheduler');
      const { newScheduleRow } = await import('#contract/model/schedule');
      const logger = { log: () => {}, child: () => logger };
      const fire = (id, cause) => { console.log(id, cause); scheduler.stop(); };
      const scheduler = createScheduler({ clock: createSystemClock(), logger, fire });
      scheduler.plan([{ launcherId: 'a', schedule: [parseRow(newScheduleRow({ seconds: '*' }))] }]);
      scheduler.start();`;
    // Far below the time limit: without `stop` the heartbeat alone would keep it alive for ever.
    const options = { cwd: new URL('../../..', import.meta.url), timeout: 20_000 };
    const args = ['--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    expect(stdout.trim()).toBe('a schedule');
  });
});
