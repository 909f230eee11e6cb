import { describe, expect, it } from 'vitest';
import { createPressure } from '#core/files/pressure';

describe('pressure', () => {
  it('asks nobody to wait up to its limit', () => {
    const pressure = createPressure(100);
    pressure.add(100);

    expect(pressure.wait()).toBeUndefined();
  });

  it('lets those who wait go on when half of it is free', async () => {
    const pressure = createPressure(100);
    pressure.add(150);
    const passed: string[] = [];
    const wait = async (): Promise<void> => {
      await pressure.wait();
      passed.push('x');
    };
    const waits = [wait(), wait()];

    pressure.remove(80);
    await Promise.resolve();
    expect(passed).toEqual([]);
    pressure.remove(30);
    await Promise.all(waits);

    expect(passed).toHaveLength(2);
    expect(pressure.wait()).toBeUndefined();
  });
});
