import { describe, expect, it } from 'vitest';
import { createQuestions } from '#core/destinations/folder/questions';
import { fakeClock } from '../../helpers/fake-clock.ts';

const { signal } = new AbortController();
const away = { kind: 'transient', code: 'target.away', params: { path: '/share' } };

describe('a question to a folder', () => {
  it('is answered', async () => {
    const questions = createQuestions(fakeClock());

    await expect(questions.ask('/share', () => Promise.resolve(7), signal)).resolves.toBe(7);
  });

  it('fails as the folder does', async () => {
    const questions = createQuestions(fakeClock());
    const question = () => Promise.reject(new Error('broken'));

    await expect(questions.ask('/share', question, signal)).rejects.toThrow('broken');
  });

  it('that gets no answer is given up after twenty seconds', async () => {
    const clock = fakeClock();
    const questions = createQuestions(clock);
    const asked = questions.ask('/share', () => new Promise(() => undefined), signal);
    const outcome = asked.catch((error: unknown) => error);

    await clock.advance(19_999);
    expect(clock.sleepers()).toBe(1);
    await clock.advance(1);

    expect(await outcome).toMatchObject(away);
  });

  it('is not put again while an earlier one hangs, so that it takes no second thread', async () => {
    const clock = fakeClock();
    const questions = createQuestions(clock);
    const late = Promise.withResolvers<number>();
    const first = questions.ask('/share', () => late.promise, signal).catch(() => 'away');
    await clock.advance(20_000);
    await first;
    let wasPut = false;
    const question = () => {
      wasPut = true;
      return Promise.resolve(8);
    };

    await expect(questions.ask('/share', question, signal)).rejects.toMatchObject(away);
    expect(wasPut).toBe(false);
    await expect(questions.ask('/other', question, signal)).resolves.toBe(8);
    late.resolve(7);
    await clock.advance(0);
    await expect(questions.ask('/share', question, signal)).resolves.toBe(8);
  });

  it('ends when somebody wants to stop', async () => {
    const stop = new AbortController();
    const questions = createQuestions(fakeClock());
    const asked = questions.ask('/share', () => new Promise(() => undefined), stop.signal);

    stop.abort();

    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('leaves no sleeper behind', async () => {
    const clock = fakeClock();
    await createQuestions(clock).ask('/share', () => Promise.resolve(7), signal);

    expect(clock.sleepers()).toBe(0);
  });
});
