import { domainToASCII } from 'node:url';
import { describe, expect, it } from 'vitest';
import { addressedHead } from '#core/router/connectors/office365/addressed-mime';
import { eventually } from '../../../helpers/eventually.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { passing } from '../../../helpers/passing.ts';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import type { Graph, GraphFault } from '../../../servers/graph/graph.ts';
import { ADDRESS, graphServer, never } from '../../sources/o365/o365-harness.ts';
import { composed, office365Connector } from './office365-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';

const large = (bytes: number, name = 'plan.pdf') => ({
  name,
  type: 'application/pdf',
  content: seededBytes(bytes, 1),
});

const posts = (graph: Graph) => graph.requests.filter((one) => /^(?:POST|PUT)/.test(one));

describe('a message that fits into one request', () => {
  it('is sent as it was composed', async () => {
    const graph = await graphServer();
    const attachments = [{ name: 'facture.pdf', content: seededBytes(60_000, 2) }];

    const outcome = await office365Connector(graph).send(composed({ attachments }), never);

    expect(outcome).toMatchObject({
      certainty: 'sent',
      accepted: ['jean@example.org'],
      rejected: [],
    });
    expect(posts(graph)).toHaveLength(1);
    const [sent] = graph.sending.sent;
    expect(sent).toMatchObject({ mailbox: ADDRESS, recipients: ['jean@example.org'] });
    const encoded = seededBytes(60_000, 2).toString('base64').slice(0, 60);
    expect(sent?.mime.toString('latin1')).toContain(encoded);
  });

  it('reaches hidden recipients too, and nobody outside of the envelope', async () => {
    const graph = await graphServer();
    const message = composed({
      to: 'Jean <jean@example.org>, Anne <anne@example.org>',
      recipients: ['jean@example.org', 'archive@mairie.example'],
    });

    await office365Connector(graph).send(message, never);

    expect(graph.sending.sent[0]?.recipients).toEqual([
      'jean@example.org',
      'archive@mairie.example',
    ]);
  });

  it('goes out of a shared mailbox', async () => {
    const graph = await graphServer();
    graph.mailbox('factures@mairie.example').sendAs.add(ADDRESS);

    const connector = office365Connector(graph, { mailbox: 'factures@mairie.example' });
    const outcome = await connector.send(composed(), never);

    expect(outcome.certainty).toBe('sent');
    expect(graph.sending.sent[0]?.mailbox).toBe('factures@mairie.example');
    expect(await connector.sender(never)).toBe('factures@mairie.example');
  });

  it('says that it may not send in the name of a mailbox', async () => {
    const graph = await graphServer();
    graph.mailbox('maire@mairie.example');
    const connector = office365Connector(graph, { mailbox: 'maire@mairie.example' });

    expect(await connector.send(composed(), never)).toMatchObject({
      certainty: 'notSent',
      error: { kind: 'config', code: 'graph.sendAsDenied' },
      isConnectorAway: true,
    });
  });

  it('reports the recipients that Exchange refuses, and reaches the others', async () => {
    const graph = await graphServer();
    graph.sending.invalid.add('parti@example.org');
    const recipients = ['jean@example.org', 'parti@example.org'];

    const outcome = await office365Connector(graph).send(composed({ recipients }), never);

    expect(outcome).toMatchObject({
      certainty: 'sent',
      accepted: ['jean@example.org'],
      rejected: [{ address: 'parti@example.org', isTemporary: false }],
    });
    expect(graph.sending.sent.map((one) => one.recipients)).toEqual([['jean@example.org']]);
  });

  it('is not sent when nobody is left', async () => {
    const graph = await graphServer();
    graph.sending.invalid.add('jean@example.org');

    const outcome = await office365Connector(graph).send(composed(), never);

    expect(outcome).toMatchObject({
      certainty: 'notSent',
      rejected: [{ address: 'jean@example.org' }],
    });
  });

  it('takes the moment of commitment once, before anything is sent', async () => {
    const graph = await graphServer();
    const seen: number[] = [];

    const message = composed({ onCommit: () => seen.push(posts(graph).length) });
    await office365Connector(graph).send(message, never);

    expect(seen).toEqual([0]);
  });

  it('is not begun when somebody has stopped it', async () => {
    const graph = await graphServer();
    const stopped = AbortSignal.abort();

    expect(await outcomeOf(office365Connector(graph).send(composed(), stopped))).toBe(
      'cancelled run.cancelled',
    );
    expect(posts(graph)).toEqual([]);
  });
});

describe('a lost answer', () => {
  const lost = { kind: 'lostAnswer' } as const;

  it('is cleared up by what lies in the sent items', async () => {
    const graph = await graphServer();
    graph.faults.push({ on: /sendMail$/, times: 1, what: lost });
    const clock = fakeClock();

    const outcome = await passing(
      clock,
      office365Connector(graph, { clock }).send(composed(), never),
    );

    expect(outcome.certainty).toBe('sent');
    expect(graph.sending.sent).toHaveLength(1);
  });

  it('is a doubt as long as nothing is seen, and the later look-up finds it', async () => {
    const graph = await graphServer();
    graph.sending.isLate = true;
    graph.faults.push({ on: /sendMail$/, times: 1, what: lost });
    const clock = fakeClock();
    const connector = office365Connector(graph, { clock });

    const outcome = await passing(clock, connector.send(composed(), never));
    const before = await connector.lookUp?.('<un@mairie.example>', never);
    graph.sending.catchUp();
    const after = await connector.lookUp?.('<un@mairie.example>', never);

    expect([outcome.certainty, before, after]).toEqual(['unknown', false, true]);
    expect(graph.sending.sent).toHaveLength(1);
  });

  it('is found by our mark where Exchange has given another Message-ID', async () => {
    const graph = await graphServer();
    const connector = office365Connector(graph);
    await connector.send(composed(), never);
    const [copy] = [...graph.mailbox(ADDRESS).messages.values()];
    Object.assign(copy!, { internetMessageId: '<other@exchange>' });

    expect(await connector.lookUp?.('<un@mairie.example>', never)).toBe(true);
  });

  it.each<[string, GraphFault['what'], string]>([
    ['a gateway that gave up', { kind: 'status', status: 504 }, 'unknown graph.away'],
    ['a reset before the answer', { kind: 'reset' }, 'unknown net.reset'],
    ['a service that is not there', { kind: 'status', status: 503 }, 'notSent graph.away'],
    ['a long wait', { kind: 'status', status: 429, retryAfter: 900 }, 'notSent graph.throttled'],
  ])('%s is judged by what the server can have done', async (_, what, expected) => {
    const graph = await graphServer();
    graph.faults.push({ on: /sendMail$/, what });
    const clock = fakeClock();

    const sending = office365Connector(graph, { clock }).send(composed(), never);
    const outcome = await passing(clock, sending);

    const code = outcome.certainty === 'sent' ? '' : outcome.error.code;
    expect(`${outcome.certainty} ${code}`).toBe(expected);
    expect(graph.requests.filter((one) => one.includes('sendMail'))).toHaveLength(1);
  });

  it('cannot be looked up where no copy is kept', async () => {
    const graph = await graphServer();
    const connector = office365Connector(graph, { keepCopy: false });

    expect('lookUp' in connector).toBe(false);
  });
});

describe('a large message', () => {
  it('goes by a draft, its attachments in ranges, without a token on the upload address', async () => {
    const graph = await graphServer();
    const message = composed({
      attachments: [large(9_000_000), { name: 'petit.txt', content: 'bonjour' }],
      html: '<p>Bonjour <img src="cid:logo"></p>',
      inlineImages: [{ name: 'logo.png', type: 'image/png', content: 'png', contentId: 'logo' }],
    });

    const outcome = await office365Connector(graph).send(message, never);

    expect(outcome.certainty).toBe('sent');
    const [sent] = graph.sending.sent;
    expect(sent?.internetMessageId).toBe('<un@mairie.example>');
    expect(sent?.attachments.map((one) => [one.name, one.sizeBytes, one.contentId])).toEqual([
      ['logo.png', 3, 'logo'],
      ['plan.pdf', 9_000_000, null],
      ['petit.txt', 7, null],
    ]);
    expect(graph.requests.filter((one) => one.startsWith('PUT'))).toHaveLength(3);
    expect(sent?.mime.toString('latin1')).toContain('Content-Type: text/html');
  });

  it.each<[string, GraphFault['what']]>([
    ['a reset', { kind: 'reset' }],
    ['a lost answer', { kind: 'lostAnswer' }],
    ['a gateway that gives up', { kind: 'status', status: 502 }],
    ['an unavailable service', { kind: 'status', status: 503, retryAfter: 1 }],
  ])('goes on after %s in the middle of an upload', async (_, what) => {
    const graph = await graphServer();
    graph.faults.push({ on: /^PUT/, after: 1, times: 1, what });

    const message = composed({ attachments: [large(9_000_000)] });
    const outcome = await office365Connector(graph).send(message, never);

    expect(outcome.certainty).toBe('sent');
    expect(graph.sending.sent[0]?.attachments[0]?.sizeBytes).toBe(9_000_000);
  });

  it('is tried again later where the server has forgotten the upload', async () => {
    const clock = fakeClock();
    const graph = await graphServer();
    graph.faults.push({ on: /^(?:PUT|GET) .upload/, what: { kind: 'status', status: 404 } });

    const message = composed({ attachments: [large(4_000_000)] });
    const outcome = await passing(clock, office365Connector(graph, { clock }).send(message, never));

    const error = { kind: 'transient', code: 'graph.uploadStuck' };
    expect(outcome).toMatchObject({ certainty: 'notSent', error });
    expect(graph.mailbox(ADDRESS).subjects('drafts')).toEqual([]);
  });

  it('leaves no draft behind when it cannot be sent', async () => {
    const graph = await graphServer();
    graph.faults.push({ on: /createUploadSession/, what: { kind: 'status', status: 413 } });

    const message = composed({ attachments: [large(4_000_000)] });
    const outcome = await office365Connector(graph).send(message, never);

    expect(outcome).toMatchObject({ certainty: 'notSent', error: { code: 'graph.tooLarge' } });
    expect(graph.mailbox(ADDRESS).subjects('drafts')).toEqual([]);
    expect(graph.sending.sent).toEqual([]);
  });

  it('clears away what an attempt left that was cut', async () => {
    const graph = await graphServer();
    graph.mailbox(ADDRESS).add({
      ...{
        folder: 'drafts',
        isDraft: true,
        subject: 'cut',
        internetMessageId: '<un@mairie.example>',
      },
    });

    await office365Connector(graph).send(composed({ attachments: [large(4_000_000)] }), never);

    expect(graph.mailbox(ADDRESS).subjects('drafts')).toEqual([]);
    expect(graph.sending.sent).toHaveLength(1);
  });

  it('whose last answer was lost is known by its draft, and sent once', async () => {
    const graph = await graphServer();
    graph.faults.push({ on: /\/send$/, times: 1, what: { kind: 'lostAnswer' } });
    const clock = fakeClock();

    const message = composed({ attachments: [large(4_000_000)] });
    const outcome = await passing(clock, office365Connector(graph, { clock }).send(message, never));

    expect(outcome.certainty).toBe('sent');
    expect(graph.sending.sent).toHaveLength(1);
  });

  it('that never reached the server is asked for again', async () => {
    const graph = await graphServer();
    graph.faults.push({ on: /\/send$/, times: 1, what: { kind: 'reset' } });
    const clock = fakeClock();

    const message = composed({ attachments: [large(4_000_000)] });
    const outcome = await passing(clock, office365Connector(graph, { clock }).send(message, never));

    expect(outcome.certainty).toBe('sent');
    expect(graph.sending.sent).toHaveLength(1);
  });
});

describe('a very long text', () => {
  it('goes along as a file', async () => {
    const graph = await graphServer();

    const message = composed({ text: 'Bonjour. '.repeat(400_000) });
    const outcome = await office365Connector(graph).send(message, never);

    expect(outcome.certainty).toBe('sent');
    expect(graph.sending.sent[0]?.attachments.map(({ name }) => name)).toEqual(['message.txt']);
  });
});

describe('silence', () => {
  it('is a doubt after a time', async () => {
    const graph = await graphServer();
    graph.faults.push({ on: /sendMail$/, what: { kind: 'silence' } });
    const clock = fakeClock();
    const sending = office365Connector(graph, { clock }).send(composed(), never);
    await eventually(() => posts(graph).length === 1);

    expect(await passing(clock, sending)).toMatchObject({
      certainty: 'unknown',
      error: { code: 'net.timeout' },
    });
  });

  it('is not waited for long after a stop', async () => {
    const graph = await graphServer();
    graph.faults.push({ on: /sendMail$/, what: { kind: 'silence' } });
    const clock = fakeClock();
    const stop = new AbortController();
    const sending = office365Connector(graph, { clock }).send(composed(), stop.signal);
    await eventually(() => posts(graph).length === 1);
    stop.abort();

    await passing(clock, sending);

    expect((await sending).certainty).toBe('unknown');
    expect(clock.monotonicMs()).toBeLessThan(15_000);
  });
});

describe('without a copy', () => {
  it('removes what Exchange keeps in the sent items', async () => {
    const graph = await graphServer();

    await office365Connector(graph, { keepCopy: false }).send(composed(), never);

    await eventually(() => graph.mailbox(ADDRESS).messages.size === 0);
    expect(graph.sending.sent).toHaveLength(1);
  });
});

describe('the header for Graph', () => {
  const options = { messageId: '<a@b>', recipients: ['jean@example.org'] };

  it('keeps what was composed when it fits the envelope', () => {
    const head = 'From: x@y.fr\r\nTo: "Dupont, Jean"\r\n <jean@example.org>\r\nSubject: S';

    expect(addressedHead(head, options)).toBe(`${head}\r\nX-Lanceur-Cold-Id: a@b`);
  });

  it('takes international domains for the same in both spellings', () => {
    const head = Buffer.from('To: jean@mairie-évry.fr').toString('latin1');

    const recipients = [`jean@${domainToASCII('mairie-évry.fr')}`];

    expect(addressedHead(head, { ...options, recipients })).not.toContain('Bcc');
  });

  it('is never left with a Bcc of somebody else', () => {
    const head = 'To: jean@example.org\r\nBcc: secret@example.org';

    expect(addressedHead(head, options)).not.toContain('secret');
  });
});

describe('the check', () => {
  it('names its steps and sends nothing', async () => {
    const graph = await graphServer();

    const steps = await office365Connector(graph).check(never);

    expect(steps.map(({ step, ok }) => [step, ok])).toEqual([
      ['signIn', true],
      ['maySend', true],
      ['open', true],
    ]);
    expect(posts(graph)).toEqual([]);
  });
});
