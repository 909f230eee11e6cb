// A message in doubt whose connector can be asked whether it has left, as Office 365 can: what is said of it is what is done.
import { describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/calls';
import { TransientError } from '#core/errors';
import type { Connector } from '#core/router/connectors/connector';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { tempDir } from '../../helpers/temp-dir.ts';
import { MINUTE } from './make-router.ts';

/** `found`: what the mailbox shows; `loses`: how many answers get lost. */
async function doubtful({ found = false, loses = 1, onDoubt = 'sendOnce' as 'sendOnce' | 'hold' }) {
  const mailbox = { found, asked: 0, sent: 0, loses };
  const connector: Connector = {
    check: () => Promise.resolve([]),
    send: async (message) => {
      await message.committing();
      mailbox.sent += 1;
      mailbox.loses -= 1;
      const { recipients } = message.envelope;
      return mailbox.loses >= 0
        ? { certainty: 'unknown', rejected: [], error: new TransientError('smtp.noAnswer') }
        : { certainty: 'sent', accepted: recipients, rejected: [], response: '' };
    },
    lookUp: () => {
      mailbox.asked += 1;
      return Promise.resolve(mailbox.found);
    },
    concurrency: 1,
    sender: () => Promise.resolve('mairie@sender.test'),
    close: () => Promise.resolve(),
  };
  const clock = fakeClock();
  const loadConnector = () => Promise.resolve(() => connector);
  const core = await makeCore({ dir: await tempDir(), clock, loadConnector });
  const server = { host: 'none.test' };
  const { id } = await core.call('connectors.save', {
    name: 'Boîte',
    config: { type: 'smtp', server },
  });
  const draft: CallInput<'services.save'> = { name: 'Courrier', connectorId: id, onDoubt };
  const service = await core.call('services.save', draft);
  const message = await core.call('outbox.send', {
    ...{ serviceId: service.id, to: ['a@example.org'], subject: 'Bonjour', wait: true },
  });
  const later = async () => {
    await clock.advance(MINUTE);
    await core.call('outbox.flush', {});
    return await core.call('outbox.get', { id: message.id });
  };
  return { ...core, mailbox, message, later };
}

describe('a message in doubt that can be looked up', () => {
  it('is looked up after a minute, and is sent once it was found', async () => {
    const { message, later, mailbox } = await doubtful({ found: true });

    expect(message).toMatchObject({ reason: { code: 'outbox.answerLostLookUp' } });
    expect(await later()).toMatchObject({ state: 'sent', reason: { code: 'outbox.foundSent' } });
    expect(mailbox).toMatchObject({ asked: 1, sent: 1 });
  });

  it('is sent once more where it is not to be found, and then no more', async () => {
    const { message, later, mailbox } = await doubtful({ loses: 5 });
    expect(message.reason?.code).toBe('outbox.answerLostLookUp');

    expect(await later()).toMatchObject({ reason: { code: 'outbox.answerLostLookOnly' } });
    expect(await later()).toMatchObject({
      ...{ state: 'unknown', nextTryAt: null, reason: { code: 'outbox.inDoubt' } },
    });
    expect(mailbox).toMatchObject({ asked: 2, sent: 2 });
  });

  it('is never sent again by itself where the instance wants to be asked', async () => {
    const { message, later, mailbox } = await doubtful({ onDoubt: 'hold' });
    expect(message.reason?.code).toBe('outbox.answerLostLookOnly');

    expect(await later()).toMatchObject({
      ...{ state: 'unknown', nextTryAt: null, reason: { code: 'outbox.inDoubt' } },
    });
    expect(mailbox.sent).toBe(1);
  });

  it('is not taken for unsent because the program was back before its copy could be there', async () => {
    const { core, id } = await cutAfterAnswer();
    const early = await core.call('outbox.get', { id });
    core.mailbox.found = true;

    expect(early).toMatchObject({ state: 'unknown', reason: { code: 'outbox.cutInDoubt' } });
    expect(early.nextTryAt).not.toBeNull();
    await core.later();
    expect(await core.call('outbox.get', { id })).toMatchObject({ state: 'sent' });
    expect(core.mailbox.sent).toBe(2);
  });

  it('is sent after a cut once it has not been there for a minute', async () => {
    const { core, id } = await cutAfterAnswer();
    await core.later();

    expect(await core.call('outbox.get', { id })).toMatchObject({ state: 'sent', doubts: 1 });
    expect(core.mailbox.sent).toBe(3);
  });
});

/** A message whose answer came, and was lost with the program; it is back at once. */
async function cutAfterAnswer() {
  const core = await doubtful({ loses: 0 });
  core.hooks.checkpoint = (step) => {
    if (step === 'outbox.answered') throw new Error('cut');
  };
  const { id } = await core.call('outbox.send', { to: ['b@example.org'], subject: 'Coupé' });
  await core.call('outbox.flush', {});
  core.hooks.checkpoint = undefined;
  await core.restart();
  await core.call('outbox.flush', {});
  return { core, id };
}
