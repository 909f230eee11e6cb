// What is said of a message that some got, some never will, and some may get later.
import { expect, it } from 'vitest';
import { makeRouter } from './make-router.ts';

it('says of those who may still get it what the server said of them, not of those it refused for good', async () => {
  const { send, server } = await makeRouter();
  server.faults = {
    recipients: {
      'no@refused.test': { code: 550, text: '5.1.1 unknown here' },
      'later@refused.test': { code: 450, text: '4.2.1 greylisted' },
    },
  };

  const message = await send({
    to: ['ok@example.org', 'no@refused.test', 'later@refused.test'],
    wait: true,
  });

  expect(message.recipients.map(({ state }) => state)).toEqual(['accepted', 'refused', 'pending']);
  expect(message.reason?.code).toBe('outbox.someLater');
  expect(message.reason?.params).toMatchObject({ accepted: 1, addresses: 'later@refused.test' });
  expect(message.reason?.params['text']).toContain('greylisted');
});
