// Each kind of alarm once from its beginning to its end, seen by those who are told: two mails and no more.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { makePdf } from '../../helpers/make-pdf.ts';
import { launcherDraft } from '../../helpers/make-config.ts';
import { alarmed } from './alarmed.ts';

const HUGE = 10 ** 15;

describe('the alarm of a full disk', () => {
  it('tells once of a volume, however many COLD jobs lie on it, and of its end', async () => {
    const { call, job, rule, minutes, mails, incidents, server, ports } = await alarmed({
      kind: 'diskLow',
      minFreeBytes: HUGE,
    });
    await job('b');
    await job('c');

    await minutes(15);

    await eventually(() => mails().length === 1);
    expect(await incidents()).toMatchObject([{ code: 'diskLow', closedAt: null }]);
    expect(server.accepted[0]?.raw).toContain('seuil : 1=E2=80=AF000=E2=80=AFTo');
    await call('notices.save', { ...rule, event: { kind: 'diskLow', minFreeBytes: 1 } });
    await minutes(13);
    await eventually(() => mails().length === 2);
    expect(mails()[1]).toContain('Rétabli');
    expect(ports.notices.map((one) => one.code)).toEqual(['notice.opened', 'notice.recovered']);
  });
});

describe('the alarm of the quarantine', () => {
  it('tells of the first document set aside, not of each, and of an empty quarantine', async () => {
    const { call, root, run, launcher, minutes, mails, items, incidents } = await alarmed({
      kind: 'quarantine',
    });
    await call('launchers.save', { ...launcher, limits: { maxItemBytes: 1000 } });
    for (const name of ['a.pdf', 'b.pdf', 'c.pdf']) {
      writeFileSync(join(root, name), makePdf(2000, name));
      await run(launcher);
      await minutes(2);
    }
    await minutes(15);

    await eventually(() => mails().length === 1);
    expect(mails()[0]).toContain('Scanner : documents en quarantaine');
    expect(await incidents()).toMatchObject([{ params: { count: 3 }, closedAt: null }]);
    await call('launchers.save', { ...launcher, limits: { maxItemBytes: 0 } });
    for (const { id } of await items(launcher, 'quarantined')) await call('items.retry', { id });
    await run(launcher);
    await minutes(13);
    await eventually(() => mails().length === 2);
    expect(mails()[1]).toContain('Rétabli');
  });
});

describe('the alarm of a sign-in', () => {
  it('tells of the launcher that waits for somebody, once, and that it goes on', async () => {
    const { call, run, minutes, mails, job, server } = await alarmed({ kind: 'signIn' });
    const account = await call('accounts.save', {
      name: 'Factures',
      user: 'factures@mairie.example',
      method: 'oauth',
      oauth: { clientId: 'lanceur', issuer: 'https://login.mairie.example', scopes: 'mail' },
    });
    const cold = await job('mails');
    const mailbox = await call('launchers.save', {
      ...launcherDraft('', cold),
      description: 'Boîte des factures',
      source: { protocol: 'pop', server: { host: '127.0.0.1' }, accountId: account.id },
    });
    await run(mailbox);
    await minutes(15);

    await eventually(() => mails().length === 1);
    expect(mails()[0]).toContain('Factures : connexion à refaire');
    expect(server.accepted).toHaveLength(1);
    await call('launchers.setPaused', { id: mailbox.id, paused: false });
    await minutes(13);
    await eventually(() => mails().length === 2);
    expect(mails()[1]).toContain('Rétabli : Factures');
  });
});

describe('the alarm of an incomplete envelope', () => {
  it('tells after its time, and of the envelope made whole', async () => {
    const { call, run, minutes, mails, job, dir } = await alarmed({
      kind: 'incompleteEnvelope',
      afterMinutes: 30,
    });
    const inbox = join(dir, 'envelopes');
    mkdirSync(join(inbox, 'acte'), { recursive: true });
    const metadata = { type: 'actes-generique', acte_nature: '1', arrete: ['acte.pdf'] };
    writeFileSync(join(inbox, 'acte', 'metadata.json'), JSON.stringify(metadata));
    const adullact = await call('launchers.save', {
      ...launcherDraft('', await job('actes')),
      description: 'Actes',
      source: { protocol: 'adullact', path: inbox },
    });
    await run(adullact, true);
    await minutes(20);
    expect(mails()).toEqual([]);

    await minutes(15);

    await eventually(() => mails().length === 1);
    expect(mails()[0]).toContain('Actes : enveloppe incomplète');
    rmSync(join(inbox, 'acte'), { recursive: true });
    await run(adullact, true);
    await minutes(13);
    await eventually(() => mails().length === 2);
    expect(mails()[1]).toContain('Rétabli');
  });
});

describe('the alarm of a failing launcher', () => {
  it('tells of a source that has been away for as many minutes as runs', async () => {
    const { root, run, launcher, minutes, mails, server } = await alarmed({
      kind: 'launcherFailed',
      times: 3,
    });
    rmSync(root, { recursive: true });
    for (let times = 0; times < 4; times += 1) await run(launcher);
    await minutes(1);
    expect(mails()).toEqual([]);

    for (let times = 0; times < 4; times += 1) {
      await minutes(1);
      await run(launcher);
    }
    await minutes(1);

    await eventually(() => mails().length === 1);
    expect(mails()[0]).toContain('Scanner');
    expect(server.accepted[0]?.raw).toContain('joignable');
    mkdirSync(root);
    await run(launcher);
    await minutes(13);
    await eventually(() => mails().length === 2);
    expect(mails()[1]).toContain('Rétabli');
  });
});

describe('the alarm of the outbox', () => {
  it('names the service where a message could not even be made up', async () => {
    const { call, root, run, launcher, service, minutes, mails } = await alarmed({
      kind: 'outbox',
    });
    const [job] = await call('jobs.list', {});
    await call('jobs.save', { ...job!, forward: { serviceId: service.id, to: ['{from}'] } });
    writeFileSync(join(root, 'a.txt'), 'contents');
    await run(launcher);

    await minutes(3);

    await eventually(() => mails().length === 1);
    expect(mails()[0]).toBe('[Lanceur COLD] Courrier : des messages ont échoué');
  });
});
