import { describe, expect, it } from 'vitest';
import { createPace } from '#core/sources/folder/pace';
import { fakeClock } from '../../../helpers/fake-clock.ts';

const never = new AbortController().signal;

describe('a pace', () => {
  it('is due after a slice of time', async () => {
    const clock = fakeClock();
    const pace = createPace(clock);

    expect(pace.due()).toBe(false);
    await clock.advance(8);
    expect(pace.due()).toBe(true);
  });

  it('is due after very many calls even while the clock stands still', () => {
    const pace = createPace(fakeClock());

    expect(Array.from({ length: 5_000 }, () => pace.due())).toContain(true);
  });

  it('lets others have their turn, and begins anew', async () => {
    const clock = fakeClock();
    const pace = createPace(clock);
    await clock.advance(8);
    let hadTurn = false;
    setImmediate(() => {
      hadTurn = true;
    });
    await pace.rest(never);

    expect(hadTurn).toBe(true);
    expect(pace.due()).toBe(false);
  });

  it('stops at its rest when asked to', async () => {
    const pace = createPace(fakeClock());

    await expect(pace.rest(AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
