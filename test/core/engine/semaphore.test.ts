import { describe, expect, it } from 'vitest';
import { createSemaphore } from '#core/engine/semaphore';
import { CancelledError } from '#core/errors';

const never = new AbortController().signal;
/** Whether the promise is settled after everything that can go on has gone on. */
async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  let waiting = true;
  const settle = () => {
    waiting = false;
  };
  promise.then(settle, settle);
  await new Promise((resolve) => setImmediate(resolve));
  return waiting;
}

describe('semaphore', () => {
  it('lets so many through and the next when one leaves, first come first served', async () => {
    const semaphore = createSemaphore(2);
    const leave = await semaphore.enter(never);
    await semaphore.enter(never);
    const third = semaphore.enter(never);
    const fourth = semaphore.enter(never);
    expect(await isWaiting(third)).toBe(true);

    leave();

    expect(await isWaiting(third)).toBe(false);
    expect(await isWaiting(fourth)).toBe(true);
  });

  it('lets one that waits leave the line, and keeps its place for the others', async () => {
    const semaphore = createSemaphore(1);
    const leave = await semaphore.enter(never);
    const tired = new AbortController();
    const second = semaphore.enter(tired.signal);
    const third = semaphore.enter(never);

    tired.abort();

    await expect(second).rejects.toThrow(CancelledError);
    leave();
    expect(await isWaiting(third)).toBe(false);
  });

  it('does not let in whoever was told to stop before', async () => {
    const semaphore = createSemaphore(1);

    await expect(semaphore.enter(AbortSignal.abort())).rejects.toThrow(CancelledError);
    expect(await isWaiting(semaphore.enter(never))).toBe(false);
  });

  it('has all its places again when all have left', async () => {
    const semaphore = createSemaphore(2);
    const leaves = [await semaphore.enter(never), await semaphore.enter(never)];
    for (const leave of leaves) leave();

    await semaphore.enter(never);
    const second = semaphore.enter(never);

    expect(await isWaiting(second)).toBe(false);
  });
});
