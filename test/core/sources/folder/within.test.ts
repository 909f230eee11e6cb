import { describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors';
import { within } from '#core/sources/folder/within';
import { fakeClock } from '../../../helpers/fake-clock.ts';

const never = new AbortController().signal;

describe('within', () => {
  const late = () => new TransientError('source.away');

  it('leaves no timer behind after an answer', async () => {
    const clock = fakeClock();
    const limit = { clock, signal: never, limitMs: 1_000, late };

    expect(await within(Promise.resolve(5), limit)).toBe(5);
    expect(clock.sleepers()).toBe(0);
  });

  it('throws what it was told to when there is no answer', async () => {
    const clock = fakeClock();
    const limit = { clock, signal: never, limitMs: 1_000, late };
    const answer = within(new Promise(() => undefined), limit);
    answer.catch(() => undefined);
    await clock.advance(1_000);

    await expect(answer).rejects.toMatchObject({ code: 'source.away' });
  });

  it('passes on the failure of the call', async () => {
    const limit = { clock: fakeClock(), signal: never, limitMs: 1_000, late };

    await expect(within(Promise.reject(new Error('no')), limit)).rejects.toThrow('no');
  });
});
