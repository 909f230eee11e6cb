import { describe, expect, it } from 'vitest';
import { oldestFirst } from '#core/sources/folder/oldest-first';
import { createPace, type Pace } from '#core/sources/folder/pace';
import type { FoundFile } from '#core/sources/folder/scan-tree';
import { fakeClock } from '../../../helpers/fake-clock.ts';

const never = new AbortController().signal;

describe('oldestFirst', () => {
  const file = (i: number): FoundFile => ({
    key: `${i}`,
    sizeBytes: 1,
    // Scattered, with many equal times.
    mtimeMs: ((i * 7_919) % 10_007) * 10,
    dev: 1,
    ino: i,
  });

  it('yields each file once, in order of time and key, over several runs', async () => {
    const files = Array.from({ length: 20_000 }, (_, i) => file(i));
    const sorted: FoundFile[] = [];
    for await (const one of oldestFirst(files, createPace(fakeClock()), never)) sorted.push(one);

    const expected = files.toSorted((a, b) => a.mtimeMs - b.mtimeMs || (a.key < b.key ? -1 : 1));
    expect(sorted).toEqual(expected);
  });

  it('rests between its runs', async () => {
    let rests = 0;
    const pace: Pace = {
      due: () => true,
      rest: () => {
        rests += 1;
        return Promise.resolve();
      },
    };
    const files = Array.from({ length: 20_000 }, (_, i) => file(i));
    await oldestFirst(files, pace, never).next();

    expect(rests).toBe(3);
  });
});
