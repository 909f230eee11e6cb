import { describe, expect, it } from 'vitest';
import { createBlockPool } from '#core/files/block-pool';

describe('a pool of blocks', () => {
  it('lends again what was given back, whole again', () => {
    const pool = createBlockPool(2);
    const block = pool.lend(60_000);

    pool.giveBack(block.subarray(0, 10));
    const again = pool.lend(100_000);

    expect(again.buffer).toBe(block.buffer);
    expect(again.length).toBeGreaterThanOrEqual(100_000);
  });

  it('never lends one block to two at a time, even when it is given back twice', () => {
    const pool = createBlockPool(2);
    const block = pool.lend(60_000);
    pool.giveBack(block);
    pool.giveBack(block);

    expect(pool.lend(60_000).buffer).not.toBe(pool.lend(60_000).buffer);
  });

  it('leaves alone what it has not lent', () => {
    const pool = createBlockPool(2);
    const own = Buffer.alloc(131_072);

    pool.giveBack(own);

    expect(pool.lend(60_000).buffer).not.toBe(own.buffer);
  });

  it('keeps no more than it should', () => {
    const pool = createBlockPool(1);
    const [first, second] = [pool.lend(60_000), pool.lend(60_000)];
    pool.giveBack(first);
    pool.giveBack(second);

    expect(pool.lend(60_000).buffer).toBe(first.buffer);
    expect(pool.lend(60_000).buffer).not.toBe(second.buffer);
  });
});
