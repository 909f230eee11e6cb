import { describe, expect, it } from 'vitest';
import { createLanes } from '#core/files/lanes';

/** Works that end when told to, and who is at work. */
function workshop(width: number) {
  let made = 0;
  const lanes = createLanes(width, () => (made += 1));
  const started: number[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const add = (): Promise<number> => {
    const index = ends.push(Promise.withResolvers<void>()) - 1;
    return lanes.run(async (tool) => {
      started.push(index);
      await ends[index]?.promise;
      return tool;
    });
  };
  return { add, ends, started, made: () => made };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('lanes', () => {
  it('let so many work at once and no more, in the order of arrival', async () => {
    const { add, ends, started } = workshop(2);
    const all = [add(), add(), add(), add()];
    await settled();
    expect(started).toEqual([0, 1]);

    ends[1]?.resolve();
    await settled();

    expect(started).toEqual([0, 1, 2]);
    ends.forEach((end) => {
      end.resolve();
    });
    await Promise.all(all);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  it('make their tools when first needed, and use them again', async () => {
    const { add, ends, made } = workshop(8);
    for (let turn = 0; turn < 5; turn++) {
      const done = add();
      ends[turn]?.resolve();
      await done;
    }

    expect(made()).toBe(1);
  });

  it('go on after a work that failed', async () => {
    const lanes = createLanes(1, () => 0);

    await expect(lanes.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');

    await expect(lanes.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('serve without end where a tool is nothing at all', async () => {
    const lanes = createLanes<undefined>(1, () => undefined);

    for (let turn = 0; turn < 3; turn++) await lanes.run(() => Promise.resolve());

    await expect(lanes.run(() => Promise.resolve('still'))).resolves.toBe('still');
  });
});
