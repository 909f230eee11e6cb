import { describe, expect, it } from 'vitest';
import { readAhead } from '#core/sources/o365/read-ahead';
import { eventually } from '../../../helpers/eventually.ts';

async function* upTo(end: number, read: number[] = []): AsyncGenerator<number, void> {
  for (let one = 1; one <= end; one += 1) {
    await Promise.resolve();
    read.push(one);
    yield one;
  }
}

describe('what is read ahead', () => {
  it('comes whole and in order', async () => {
    const all: number[] = [];
    for await (const some of readAhead(upTo(23), 5)) all.push(...some);

    expect(all).toEqual(Array.from({ length: 23 }, (_, index) => index + 1));
  });

  it('is gathered while the taker works, up to its limit', async () => {
    const read: number[] = [];
    const taking = readAhead(upTo(23, read), 5);

    const first = await taking.next();
    await eventually(() => read.length === 6);
    const second = await taking.next();

    expect(first.value).toEqual([1]);
    expect(second.value).toEqual([2, 3, 4, 5, 6]);
    await taking.return(undefined);
  });

  it('is handed over before the failure that ended it', async () => {
    const failing = async function* () {
      yield* upTo(3);
      throw new Error('gone');
    };
    const all: number[] = [];
    const taking = async () => {
      for await (const some of readAhead(failing(), 5)) all.push(...some);
    };

    await expect(taking()).rejects.toThrow('gone');
    expect(all).toEqual([1, 2, 3]);
  });

  it('is read no further once the taker has enough', async () => {
    const read: number[] = [];
    let isClosed = false;
    const source = async function* () {
      try {
        yield* upTo(1000, read);
      } finally {
        isClosed = true;
      }
    };

    for await (const some of readAhead(source(), 5)) if (some.length > 0) break;

    await eventually(() => isClosed);
    expect(read.length).toBeLessThan(10);
  });
});
