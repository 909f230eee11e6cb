// How the program ends, step by step.
import { describe, expect, it } from 'vitest';
import { desktopTexts } from '../../src-main/electron/desktop-texts.ts';
import { createLife } from '../../src-main/electron/life.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';
import { standIn } from './stand-in.ts';

describe('quitting while launchers are at work', () => {
  const setUp = () => {
    const machine = standIn();
    const steps: string[] = [];
    const step = (name: string) => () => Promise.resolve(void steps.push(name));
    const finish: { fault?: Error } = {};
    const life = createLife({
      electron: machine.electron,
      engine: {
        finish: () =>
          finish.fault === undefined ? step('finish')() : Promise.reject(finish.fault),
        stop: step('stop'),
      } as never,
      logger: memoryLogger(),
      texts: () => desktopTexts('fr', 'fr'),
      isBusy: () => Promise.resolve(true),
      onStopping: () => undefined,
      close: () => steps.push('close'),
      leave: () => steps.push('leave'),
    });
    return { machine, life, steps, finish };
  };

  it.each([
    ['finishes them', 0, ['finish', 'stop', 'close', 'leave']],
    ['stops them safely', 1, ['stop', 'close']],
    ['changes nothing', 2, []],
  ])('%s, as its user says (%i)', async (_what, answer, expected) => {
    const { machine, life, steps } = setUp();
    machine.system.answers = [answer];

    await life.quit();

    expect(steps).toEqual(expected);
    expect(life.isEnding()).toBe(answer !== 2);
  });

  it('asks once, however often it is clicked', async () => {
    const { machine, life } = setUp();
    machine.system.answers = [2, 2];

    await Promise.all([life.quit(), life.quit()]);

    expect(machine.asked).toHaveLength(1);
  });

  it('asks again when the runs could not be brought to their end', async () => {
    const { machine, life, steps, finish } = setUp();
    machine.system.answers = [0, 1];
    finish.fault = new Error('the store is gone');

    await expect(life.quit()).rejects.toThrow('the store is gone');
    await life.quit();

    expect(steps).toEqual(['stop', 'close']);
  });

  it('does not hold an end that the system asks for', async () => {
    const { machine, life, steps } = setUp();

    machine.app.quit();
    await life.end();

    expect(steps).toEqual(['stop', 'close']);
    expect([machine.asked, machine.app.exitCode]).toEqual([[], 0]);
  });
});
