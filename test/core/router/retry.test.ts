// A message that somebody sends by hand goes at once, whatever the program has found out about its connector.
import { expect, it } from 'vitest';
import { makeRouter } from './make-router.ts';

it('a message that never came to its turn goes when somebody says so, its connector tried again', async () => {
  const { send, call, server, subjects } = await makeRouter({ smtp: { maxConnections: 1 } });
  server.faults = { greeting: { code: 421, text: 'closed' } };
  await send({ subject: 'first' });
  const waiting = await send({ subject: 'second' });
  await call('outbox.flush', {});
  expect((await call('outbox.get', { id: waiting.id })).attempts).toBe(0);
  server.faults = {};

  await call('outbox.retry', { id: waiting.id });
  await call('outbox.flush', {});

  expect(subjects()).toEqual(['second']);
});
