import { mkdirSync, readdirSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeRouter, MINUTE, smtpConfig } from './make-router.ts';
import { eventually } from '../../helpers/eventually.ts';

describe('the outbox', () => {
  it('answers when the message is stored, and sends it when the program serves', async () => {
    const { send, call, serve, server } = await makeRouter();

    const queued = await send();
    expect(queued).toMatchObject({ state: 'queued', attempts: 0, serviceName: 'Courrier' });
    expect(server.accepted).toHaveLength(0);
    await serve();

    const sent = await eventually(async () => {
      const message = await call('outbox.get', { id: queued.id });
      return message.state === 'sent' ? message : undefined;
    });
    expect(sent).toMatchObject({
      connectorName: 'Serveur de la mairie',
      connectorChoice: 'override',
    });
    expect(sent?.messageId).toBe(queued.messageId);
    expect(server.accepted[0]?.raw).toContain(`Message-ID: ${queued.messageId}`);
  });

  it('waits for the answer when asked to', async () => {
    const { send } = await makeRouter();

    const message = await send({ wait: true });

    expect(message).toMatchObject({ state: 'sent', response: '250 queued' });
  });

  it('sends a message without an instance by the default connector, and says so', async () => {
    const { send } = await makeRouter();

    const message = await send({ serviceId: null, wait: true });

    expect(message).toMatchObject({ state: 'sent', connectorChoice: 'default', serviceName: '' });
  });

  it('tries again after a temporary refusal, later and later, with the same Message-ID', async () => {
    const { send, call, clock, serve, server, subjects } = await makeRouter();
    server.faults = { data: { code: 451, text: '4.3.0 later' } };
    const first = await send({ wait: true });
    expect(first).toMatchObject({
      state: 'retrying',
      attempts: 1,
      reason: { code: 'smtp.temporary' },
    });
    await serve();
    await clock.advance(2 * MINUTE);
    const again = await eventually(async () => {
      const message = await call('outbox.get', { id: first.id });
      return message.attempts === 2 && message.state === 'retrying' ? message : undefined;
    });
    const wait = Date.parse(again?.nextTryAt ?? '') - clock.now().getTime();
    expect(wait).toBeGreaterThan(1.5 * MINUTE);

    server.faults = {};
    await clock.advance(wait + 1000);

    await eventually(async () => (await call('outbox.get', { id: first.id })).state === 'sent');
    expect(subjects()).toEqual(['Bonjour']);
  });

  it('stops at a refusal for good, and opens again when somebody asks', async () => {
    const { send, call, server, subjects } = await makeRouter();
    server.faults = { data: { code: 554, text: '5.7.1 spam' } };
    const refused = await send({ wait: true });
    expect(refused).toMatchObject({
      state: 'failed',
      nextTryAt: null,
      reason: {
        code: 'smtp.messageRefused',
        params: {
          service: 'Courrier',
          connector: 'Serveur de la mairie',
          connectorChoice: 'override',
        },
      },
    });

    server.faults = {};
    await call('outbox.retry', { id: refused.id });
    await call('outbox.flush', {});

    expect(subjects()).toEqual(['Bonjour']);
  });

  it('keeps what some recipients were refused, and tries only those that may pass later', async () => {
    const { send, call, clock, server } = await makeRouter();
    server.faults = {
      recipients: {
        'grey@example.org': { code: 450, text: '4.2.0 greylisted' },
        'bad@example.org': { code: 550, text: '5.1.1 unknown' },
      },
    };
    const first = await send({
      to: ['good@example.org', 'grey@example.org'],
      cc: ['bad@example.org'],
      wait: true,
    });
    expect(first.state).toBe('retrying');
    expect(first.recipients.map((one) => [one.address, one.state])).toEqual([
      ['good@example.org', 'accepted'],
      ['grey@example.org', 'pending'],
      ['bad@example.org', 'refused'],
    ]);

    server.faults = {};
    await clock.advance(5 * MINUTE);
    await call('outbox.flush', {});

    expect(server.accepted.map((one) => one.recipients)).toEqual([
      ['good@example.org'],
      ['grey@example.org'],
    ]);
    expect(await call('outbox.get', { id: first.id })).toMatchObject({
      state: 'sent',
      reason: { code: 'outbox.partlyRefused' },
    });
  });

  it('sends once more after a lost answer, and says that it may have come twice', async () => {
    const { send, call, clock, server } = await makeRouter();
    server.faults = { dropAfterDot: 'kept' };
    const doubtful = await send({ wait: true });
    // SMTP has no such question: nothing may be said of looking it up.
    const reason = { code: 'outbox.answerLost' };
    expect(doubtful).toMatchObject({ state: 'unknown', doubts: 1, reason });
    expect(doubtful.nextTryAt).not.toBeNull();

    await clock.advance(20 * MINUTE);
    await call('outbox.flush', {});
    expect(await call('outbox.get', { id: doubtful.id })).toMatchObject({
      state: 'unknown',
      doubts: 2,
      nextTryAt: null,
    });
    server.faults = {};
    await clock.advance(24 * 60 * MINUTE);
    await call('outbox.flush', {});

    // Twice doubtful: somebody has to decide.
    expect(server.accepted).toHaveLength(2);
    await call('outbox.retry', { id: doubtful.id });
    await call('outbox.flush', {});
    expect(await call('outbox.get', { id: doubtful.id })).toMatchObject({
      state: 'sent',
      reason: { code: 'outbox.mayBeTwice' },
    });
    const ids = server.accepted.map(({ raw }) => /^Message-ID: (\S+)/m.exec(raw)?.[1]);
    expect(new Set(ids).size).toBe(1);
  });

  it('holds a doubtful message at once where the instance says so', async () => {
    const { send, call, clock, server } = await makeRouter({ service: { onDoubt: 'hold' } });
    server.faults = { dropAfterDot: 'lost' };

    const held = await send({ wait: true });
    server.faults = {};
    await clock.advance(24 * 60 * MINUTE);
    await call('outbox.flush', {});

    expect(held).toMatchObject({
      state: 'unknown',
      nextTryAt: null,
      reason: { code: 'outbox.inDoubt' },
    });
    expect(server.accepted).toHaveLength(0);
  });

  it('lets nobody wait behind a connector that is away, and asks it rarely', async () => {
    const { send, call, clock, server, service } = await makeRouter();
    const other = await makeRouter();
    const spare = await call('connectors.save', {
      name: 'Autre',
      config: smtpConfig(other.server),
    });
    const second = await call('services.save', { name: 'Autre', connectorId: spare.id });
    server.faults = { greeting: { code: 421, text: 'closed' } };
    for (let index = 0; index < 30; index += 1) await send({ subject: `away ${index}` });
    for (let index = 0; index < 3; index += 1) await send({ serviceId: second.id });

    await call('outbox.flush', {});

    expect(other.server.accepted).toHaveLength(3);
    const waiting = await call('outbox.list', { limit: 100, states: ['retrying'] });
    expect(waiting).toHaveLength(30);
    expect(waiting.reduce((sum, one) => sum + one.attempts, 0)).toBeLessThanOrEqual(3);
    expect(waiting.every((one) => one.serviceId === service.id)).toBe(true);
    server.faults = {};
    await clock.advance(MINUTE);
    await call('outbox.flush', {});
    expect(server.accepted).toHaveLength(30);
  });

  it('tries what waits as soon as the connector is corrected', async () => {
    const { send, call, connector, server } = await makeRouter({
      smtp: { server: { host: '127.0.0.1', port: 1, tls: 'none' } },
    });
    const waiting = await send({ wait: true });
    expect(waiting).toMatchObject({ state: 'retrying', reason: { code: 'net.refused' } });

    await call('connectors.save', {
      id: connector.id,
      name: connector.name,
      config: smtpConfig(server),
    });
    await call('outbox.flush', {});

    expect((await call('outbox.get', { id: waiting.id })).state).toBe('sent');
  });

  it('never makes a second message of the same key', async () => {
    const { send, call, server } = await makeRouter();

    const [a, b] = await Promise.all([send({ once: 'facture-1' }), send({ once: 'facture-1' })]);
    const c = await send({ once: 'facture-1', subject: 'other' });
    await call('outbox.flush', {});

    expect(new Set([a.id, b.id, c.id]).size).toBe(1);
    expect(server.accepted).toHaveLength(1);
  });

  it('gives up after the hours of the instance', async () => {
    const { send, call, clock, server } = await makeRouter({ service: { giveUpHours: 1 } });
    server.faults = { data: { code: 451, text: '4.3.0 later' } };
    const { id } = await send({ wait: true });

    for (let hour = 0; hour < 10; hour += 1) {
      await clock.advance(30 * MINUTE);
      await call('outbox.flush', {});
    }

    expect(await call('outbox.get', { id })).toMatchObject({
      state: 'failed',
      reason: { code: 'outbox.givenUp', params: { last: 'smtp.temporary' } },
    });
  });

  it('cancels what has not gone, and refuses to cancel what has', async () => {
    const { send, call, server } = await makeRouter();
    const queued = await send();
    await call('outbox.cancel', { id: queued.id });
    await call('outbox.flush', {});
    const sent = await send({ wait: true, subject: 'second' });

    expect((await call('outbox.get', { id: queued.id })).state).toBe('cancelled');
    expect(server.accepted).toHaveLength(1);
    await expect(call('outbox.cancel', { id: sent.id })).rejects.toMatchObject({
      code: 'outbox.notOpen',
    });
  });

  it('forgets why a cancelled message had to wait, not that it may have left', async () => {
    const { send, call, server } = await makeRouter();
    server.faults = { data: { code: 451, text: '4.3.0 later' } };
    const waiting = await send({ wait: true });
    server.faults = { dropAfterDot: 'kept' };
    const doubtful = await send({ wait: true, subject: 'second' });
    expect([waiting.reason, doubtful.reason]).not.toContain(null);

    for (const { id } of [waiting, doubtful]) await call('outbox.cancel', { id });

    expect(await call('outbox.get', { id: waiting.id })).toMatchObject({ reason: null });
    expect(await call('outbox.get', { id: doubtful.id })).toMatchObject({
      state: 'cancelled',
      reason: doubtful.reason,
    });
  });

  it('sends the attachment as it was when it was promised, and removes its copy afterwards', async () => {
    const { send, call, dir, server } = await makeRouter();
    const path = join(dir, 'Pièce é.pdf');
    const large = join(dir, 'large.bin');
    writeFileSync(path, 'promised');
    writeFileSync(large, 'x'.repeat(300_000));
    const { id } = await send({ attachments: [{ path }, { path: large }] });
    writeFileSync(path, 'changed since');
    expect(readdirSync(join(dir, 'data', 'outbox'))).toHaveLength(1);

    await call('outbox.flush', {});

    const raw = server.accepted[0]?.raw ?? '';
    expect(raw).toContain(Buffer.from('promised').toString('base64'));
    expect(raw).toContain("filename*0*=utf-8''Pi%C3%A8ce%20%C3%A9.pdf");
    expect(readdirSync(join(dir, 'data', 'outbox'))).toEqual([]);
    expect((await call('outbox.get', { id })).attachments).toMatchObject([
      { name: 'Pièce é.pdf', sizeBytes: 8 },
      { name: 'large.bin', sizeBytes: 300_000 },
    ]);
  });

  it('sends nothing of a message whose stored attachment was damaged', async () => {
    const { send, call, dir, server } = await makeRouter();
    const path = join(dir, 'a.pdf');
    writeFileSync(path, 'x'.repeat(300_000));
    const { id } = await send({ attachments: [{ path }] });
    const folder = join(dir, 'data', 'outbox');
    for (const name of readdirSync(folder)) appendFileSync(join(folder, name), 'damage');

    await call('outbox.flush', {});

    expect(server.accepted).toHaveLength(0);
    expect(await call('outbox.get', { id })).toMatchObject({
      state: 'failed',
      reason: { code: 'outbox.attachmentDamaged' },
    });
  });

  it('says what is wrong with a message before it promises anything', async () => {
    const { send, call, dir } = await makeRouter();
    mkdirSync(join(dir, 'folder'));

    await expect(send({ to: ['not an address'] })).rejects.toMatchObject({
      code: 'address.invalid',
      field: 'to',
    });
    await expect(send({ to: [] })).rejects.toMatchObject({ code: 'outbox.noRecipient' });
    await expect(send({ attachments: [{ path: join(dir, 'none') }] })).rejects.toMatchObject({
      code: 'attachment.missing',
    });
    await expect(send({ attachments: [{ path: join(dir, 'folder') }] })).rejects.toMatchObject({
      code: 'attachment.notAFile',
    });
    expect(await call('outbox.list', {})).toEqual([]);
  });

  it('cannot be made to write header lines of somebody else', async () => {
    const { send, server } = await makeRouter();

    await send({ subject: 'Hello\r\nBcc: evil@example.org\r\n\r\nbody', wait: true });

    const head = (server.accepted[0]?.raw ?? '').split('\r\n\r\n')[0] ?? '';
    expect(head).not.toMatch(/^Bcc:/im);
    expect(server.accepted[0]?.recipients).toEqual(['clerk@example.org']);
  });

  it('says at a retry that the instance is gone, instead of letting the message wait for ever', async () => {
    const { send, call, server, service } = await makeRouter();
    server.faults = { data: { code: 554, text: '5.7.1 spam' } };
    const { id } = await send({ wait: true });
    await call('services.delete', { id: service.id });

    await expect(call('outbox.retry', { id })).rejects.toMatchObject({ code: 'service.missing' });
    expect((await call('outbox.get', { id })).state).toBe('failed');
  });

  it('keeps to the connections it may have, however many wait for their message', async () => {
    const { send, server } = await makeRouter({ smtp: { maxConnections: 2 } });
    server.faults = { slowMs: 20 };

    const sent = await Promise.all(Array.from({ length: 8 }, () => send({ wait: true })));

    expect(sent.map((one) => one.state)).toEqual(Array(8).fill('sent'));
    expect(server.most()).toBeLessThanOrEqual(2);
  });

  it('goes on after its store failed, and holds the message whose answer could not be written', async () => {
    const { send, call, server, hooks, subjects } = await makeRouter();
    hooks.checkpoint = (step) => {
      if (step === 'outbox.answered') throw new Error('the disk is full');
    };
    await send({ subject: 'first', wait: true });
    hooks.checkpoint = undefined;

    const { id } = await send({ subject: 'second' });
    await call('outbox.flush', {});
    const [second, first] = await call('outbox.list', {});

    expect(second).toMatchObject({ id, state: 'sent' });
    expect(first).toMatchObject({ state: 'unknown', reason: { code: 'outbox.cutInDoubt' } });
    expect(subjects()).toEqual(['first', 'second']);
    expect(server.accepted).toHaveLength(2);
  });

  it('breaks lines that are too long for SMTP, and keeps accents', async () => {
    const { send, server } = await makeRouter();
    const text = `${'é'.repeat(3000)}\n${'a'.repeat(5000)}`;

    await send({ text, wait: true });

    const longest = Math.max(
      ...(server.accepted[0]?.raw ?? '').split('\r\n').map((line) => line.length),
    );
    expect(longest).toBeLessThanOrEqual(998);
    expect(server.accepted[0]?.raw).not.toMatch(/[\x80-\xff]/);
  });
});
