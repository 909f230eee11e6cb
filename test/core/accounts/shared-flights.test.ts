// Work that several wait for and one does.
import { expect, it } from 'vitest';
import { createFlights } from '#core/accounts/shared-flights';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { eventually } from '../../helpers/eventually.ts';

const { signal } = new AbortController();

function setUp() {
  const clock = fakeClock();
  const flights = createFlights<string>(clock, 60_000);
  const log: string[] = [];
  const begin = (lane: string, key: string) => {
    const gate = Promise.withResolvers<string>();
    const answer = flights.join(
      {
        lane,
        key,
        start: () => {
          log.push(`${lane} ${key}`);
          return gate.promise;
        },
      },
      signal,
    );
    // Looked at by the test, or not at all.
    answer.catch(() => undefined);
    return { gate, answer };
  };
  return { clock, flights, log, begin };
}

it('does the same once, and the next time anew', async () => {
  const { begin, log } = setUp();
  const [first, second] = [begin('a', 'mail'), begin('a', 'mail')];
  await eventually(() => log.length === 1);

  first.gate.resolve('token');

  expect(await Promise.all([first.answer, second.answer])).toEqual(['token', 'token']);
  const third = begin('a', 'mail');
  third.gate.resolve('other');
  expect(await third.answer).toBe('other');
});

it('does different things of one lane one after the other, and lanes side by side', async () => {
  const { begin, log } = setUp();
  const mail = begin('a', 'mail');
  begin('a', 'graph');
  begin('b', 'mail');
  await eventually(() => log.length === 2);
  expect(log).toEqual(['a mail', 'b mail']);

  mail.gate.reject(new Error('no'));

  await eventually(() => log.includes('a graph'));
  await expect(mail.answer).rejects.toThrow('no');
});

it('ends with an error that passes when it takes too long', async () => {
  const { clock, flights } = setUp();
  const never = flights.join(
    {
      lane: 'a',
      key: 'mail',
      start: (inner) =>
        new Promise((_, reject) => {
          inner.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        }),
    },
    signal,
  );
  const outcome = expect(never).rejects.toMatchObject({
    ...{ kind: 'transient', code: 'signIn.noAnswer', params: { seconds: 60 } },
  });

  await clock.advance(60_000);

  await outcome;
});

it('lets what is in the air end before it closes, and starts nothing afterwards', async () => {
  const { begin, flights, log } = setUp();
  const last = begin('a', 'mail');
  await eventually(() => log.length === 1);

  const closed = flights.close();
  last.gate.resolve('stored');
  await closed;

  expect(await last.answer).toBe('stored');
  await expect(begin('a', 'mail').answer).rejects.toMatchObject({ kind: 'cancelled' });
});

it('closes after a moment though something hangs', async () => {
  const { begin, flights, clock, log } = setUp();
  begin('a', 'mail');
  await eventually(() => log.length === 1);

  const closed = flights.close();
  await clock.advance(5_000);

  await closed;
});
