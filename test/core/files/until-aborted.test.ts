import { describe, expect, it } from 'vitest';
import { untilAborted } from '#core/files/until-aborted';

describe('untilAborted', () => {
  it('gives what the work gives', async () => {
    const { signal } = new AbortController();

    await expect(untilAborted(Promise.resolve(7), signal)).resolves.toBe(7);
    await expect(untilAborted(Promise.reject(new Error('x')), signal)).rejects.toThrow('x');
  });

  it('waits no longer than until somebody wants to stop', async () => {
    const stop = new AbortController();
    const waiting = untilAborted(new Promise(() => undefined), stop.signal);

    stop.abort();

    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('does not wait at all when that was before', async () => {
    const work = new Promise(() => undefined);

    await expect(untilAborted(work, AbortSignal.abort())).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});
