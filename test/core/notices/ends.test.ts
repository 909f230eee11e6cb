// How incidents end: well again, or no longer there to be looked at, which is no recovery; and nobody is flooded.
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { launcherDraft } from '../../helpers/make-config.ts';
import { smtpConfig } from '../router/make-router.ts';
import { alarmed, breakFolder, failed, failedBesideAnother, mendFolder } from './alarmed.ts';
import { describeWith, OTHER_VOLUME } from '../../servers/required.ts';

const ALWAYS = { weekdays: [0, 1, 2, 3, 4, 5, 6], from: '00:00', until: '24:00' };
const HUGE = 10 ** 15;

describe('a silence', () => {
  const silent = () => alarmed({ kind: 'silence', hours: 1, opening: ALWAYS });

  it('is over when something arrives, and not before', async () => {
    const { root, run, launcher, minutes, mails, incidents } = await silent();
    await minutes(65);
    await eventually(() => mails().length === 1);
    await run(launcher);
    await minutes(30);
    expect(mails()).toHaveLength(1);

    writeFileSync(join(root, 'a.txt'), 'contents');
    await run(launcher);
    await minutes(13);

    await eventually(() => mails().length === 2);
    expect(mails()[1]).toBe("[Lanceur COLD] Rétabli : Scanner (plus rien n'arrive)");
    expect((await incidents())[0]?.closedAt).not.toBeNull();
  });

  it('is closed without a recovery when the launcher is paused', async () => {
    const { call, launcher, minutes, mails, bodyOf } = await silent();
    await minutes(65);
    await eventually(() => mails().length === 1);

    await call('launchers.setPaused', { id: launcher.id, paused: true });
    await minutes(13);

    await eventually(() => mails().length === 2);
    expect(mails()[1]).toBe("[Lanceur COLD] Clos : Scanner (plus rien n'arrive)");
    expect(bodyOf(1)).toContain('le lanceur a =C3=A9t=C3=A9 mis en pause');
  });

  it('that a changed alarm would not find has not recovered', async () => {
    const { call, rule, minutes, mails, incidents } = await silent();
    await minutes(65);
    await eventually(() => mails().length === 1);

    await call('notices.save', {
      ...rule,
      event: { kind: 'silence', hours: 500, opening: ALWAYS },
    });
    await minutes(15);

    await eventually(() => mails().length === 2);
    expect(mails()[1]).toContain('Clos : Scanner');
    expect(await incidents()).toMatchObject([{ params: { ended: 'ruleChanged' } }]);
  });

  it('that has lasted so long that it is usual by now has not recovered', async () => {
    const { root, run, call, launcher, rule, minutes, mails, clock, incidents } = await silent();
    const DAY = 24 * 3_600_000;
    await call('notices.save', {
      ...rule,
      event: { kind: 'silence', mode: 'learnt', opening: ALWAYS },
    });
    for (let day = 0; day < 21; day += 1) {
      for (const name of ['a', 'b', 'c'])
        writeFileSync(join(root, `${day}-${name}.txt`), `${day}${name}`);
      await run(launcher);
      clock.set(new Date(clock.now().getTime() + DAY));
    }
    clock.set(new Date(clock.now().getTime() + 4 * DAY));
    await minutes(2);
    await eventually(() => mails().length === 1);
    expect(mails()[0]).toContain('silence inhabituel');

    clock.set(new Date(clock.now().getTime() + 90 * DAY));
    await minutes(30);

    expect(mails()).toHaveLength(1);
    expect(await incidents()).toMatchObject([{ closedAt: null, code: 'silenceLearnt' }]);
  });
});

describe('a launcher that is deleted while it fails', () => {
  it('has not recovered', async () => {
    const { call, launcher, minutes, mails, bodyOf, incidents, ports } = await failed();

    await call('launchers.delete', { id: launcher.id });
    await minutes(13);

    await eventually(() => mails().length === 2);
    expect(mails()[1]).toBe('[Lanceur COLD] Clos : Scanner (le lanceur échoue)');
    expect(bodyOf(1)).toContain('le lanceur a =C3=A9t=C3=A9 supprim=C3=A9');
    expect(await incidents()).toMatchObject([{ params: { ended: 'launcherDeleted' } }]);
    expect(ports.notices[1]?.params['text']).toContain('sans rétablissement');
  });
});

describe('a launcher whose last run was stopped', () => {
  it('has not recovered by a restart', async () => {
    const { call, root, launcher, minutes, mails, restart, serve, hooks } = await failed();
    mendFolder(root);
    writeFileSync(join(root, 'a.txt'), 'contents');
    const stop = new AbortController();
    hooks.checkpoint = () => {
      stop.abort();
    };
    await call('runs.runToEnd', { id: launcher.id, once: true }, stop.signal).catch(
      () => undefined,
    );
    hooks.checkpoint = undefined;
    const [last] = await call('runs.list', { launcherId: launcher.id, limit: 1 });
    expect(last?.outcome).toBe('stopped');

    await restart();
    await serve();
    await minutes(15);

    expect(mails()).toHaveLength(1);
  });
});

describeWith(['another volume'], 'a nearly full volume', () => {
  it('that vanishes has not recovered, and one in its place is another', async () => {
    const folder = mkdtempSync(join(OTHER_VOLUME, 'lanceur-'));
    const elsewhere = mkdtempSync(join(tmpdir(), 'lanceur-'));
    onTestFinished(() => {
      for (const path of [folder, `${folder}.away`, elsewhere])
        rmSync(path, { recursive: true, force: true });
    });
    const { call, job, minutes, mails, incidents } = await alarmed({
      kind: 'diskLow',
      minFreeBytes: HUGE,
    });
    const cold = await job('partage');
    await call('jobs.save', { ...cold, destination: { ...cold.destination, path: folder } });
    await minutes(25);
    const of = async () => (await incidents()).find((one) => one.subject === folder);
    expect(await of()).toMatchObject({ closedAt: null });
    const before = mails().length;

    renameSync(folder, `${folder}.away`);
    await minutes(30);
    expect(await of()).toMatchObject({ closedAt: null });
    expect(mails()).toHaveLength(before);

    symlinkSync(elsewhere, folder);
    await minutes(15);
    await eventually(() => mails().length === before + 1);
    expect(mails().at(-1)).toBe(`[Lanceur COLD] Clos : ${folder} (disque presque plein)`);
    expect(await of()).toMatchObject({ params: { ended: 'otherVolume' } });
  });

  it('whose COLD job is gone is no longer watched', async () => {
    const folder = mkdtempSync(join(OTHER_VOLUME, 'lanceur-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { call, job, minutes, mails, incidents } = await alarmed({
      kind: 'diskLow',
      minFreeBytes: HUGE,
    });
    const cold = await job('partage');
    await call('jobs.save', { ...cold, destination: { ...cold.destination, path: folder } });
    await minutes(13);
    await call('jobs.delete', { id: cold.id });
    await minutes(13);

    await eventually(() => mails().at(-1)?.includes('Clos') === true);
    const [last] = (await incidents()).filter((one) => one.subject === folder);
    expect(last?.params['ended']).toBe('folderNotWatched');
  });
});

describe('messages that failed yesterday', () => {
  it('are not called recovered, and nobody is told twice', async () => {
    const { send, server, minutes, mails, incidents, clock, call } = await alarmed({
      kind: 'outbox',
    });
    server.faults = { data: { code: 554, text: '5.7.1 no' } };
    const { id } = await send({ wait: true });
    server.faults = {};
    await minutes(3);
    await eventually(() => mails().length === 1);

    clock.set(new Date(clock.now().getTime() + 25 * 3_600_000));
    await minutes(15);
    expect(mails()).toHaveLength(1);
    expect(await incidents()).toMatchObject([{ params: { ended: 'messagesStay' } }]);
    expect((await call('outbox.get', { id })).state).toBe('failed');
  });

  it('are recovered when somebody has sent them', async () => {
    const { send, server, minutes, mails, call } = await alarmed({ kind: 'outbox' });
    server.faults = { data: { code: 554, text: '5.7.1 no' } };
    const { id } = await send({ wait: true });
    server.faults = {};
    await minutes(3);
    await eventually(() => mails().length === 1);

    await call('outbox.retry', { id });
    await minutes(15);

    await eventually(() => mails().some((one) => one.includes('Rétabli')));
  });
});

describe('an account that is refused', () => {
  it('is one incident, whatever waits for it and however many rules could tell', async () => {
    const { call, run, minutes, mails, job, server, service, incidents } = await alarmed({
      kind: 'signIn',
    });
    const mail = { serviceId: service.id, to: ['chef@example.org'] };
    await call('notices.save', { event: { kind: 'launcherFailed', times: 1 }, mail });
    await call('notices.save', { event: { kind: 'outbox', waitingMinutes: 1 }, mail });
    const account = await call('accounts.save', {
      name: 'Compte de la mairie',
      user: 'factures@mairie.example',
      method: 'oauth',
      oauth: { clientId: 'lanceur', issuer: 'https://login.mairie.example', scopes: 'mail' },
    });
    const cold = await job('mails');
    const mailboxes = [];
    for (const description of ['Factures', 'Courrier entrant']) {
      const source = { protocol: 'pop', server: { host: '127.0.0.1' }, accountId: account.id };
      const draft = { ...launcherDraft('', cold), description, source };
      mailboxes.push(await call('launchers.save', draft as never));
    }
    const relay = await call('connectors.save', {
      name: 'Relais',
      config: { ...smtpConfig(server), accountId: account.id },
    });
    const second = await call('services.save', { name: 'Relais', connectorId: relay.id });
    for (const one of mailboxes) await run(one);
    await call('outbox.send', { serviceId: second.id, to: ['a@b.fr'], subject: 'x', wait: true });

    await minutes(20);

    await eventually(() => mails().length === 1);
    expect(mails()).toEqual(['[Lanceur COLD] Compte de la mairie : connexion à refaire']);
    const [incident, ...others] = await incidents();
    expect(others).toEqual([]);
    expect(incident?.params['users']).toBe('Factures, Courrier entrant, Relais');
  });
});

describe('a hundred failures in an hour', () => {
  it('are one mail, and one recovery', async () => {
    const { root, run, launcher, minutes, mails, clock, incidents, ports } = await alarmed({
      kind: 'launcherFailed',
      times: 3,
    });
    breakFolder(root);
    const since = clock.now().getTime();
    for (let times = 0; times < 100; times += 1) {
      await run(launcher);
      if (times % 2 === 0) await minutes(1);
    }
    const tookMinutes = (clock.now().getTime() - since) / 60_000;
    expect(tookMinutes).toBeGreaterThan(50);
    expect(tookMinutes).toBeLessThan(62);
    await minutes(15);
    expect(mails()).toEqual(['[Lanceur COLD] Scanner : le lanceur échoue']);

    mendFolder(root);
    await run(launcher);
    await minutes(30);

    await eventually(() => mails().length === 2);
    expect(mails()[1]).toContain('Rétabli : Scanner');
    expect(await incidents()).toHaveLength(1);
    expect(ports.notices.map((one) => one.code)).toEqual(['notice.opened', 'notice.recovered']);
  }, 60_000);
});

describe('a recovery soon after another mail', () => {
  it('is told after a restart all the same', async () => {
    const { root, run, launcher, second, minutes, mails, restart, serve } =
      await failedBesideAnother();
    mendFolder(root);
    await run(launcher);
    await minutes(9);
    await run(second);
    // The mail about the second leaves, and its ten minutes begin, before the first is called well.
    await minutes(4);
    await eventually(() => mails().length === 2);
    expect(mails()[1]).toBe('[Lanceur COLD] Copieur : le lanceur échoue');

    await restart();
    await serve();
    await minutes(15);

    await eventually(() => mails().some((one) => one.includes('Rétabli : Scanner')));
    expect(mails().filter((one) => one.startsWith('[Lanceur COLD] Copieur'))).toHaveLength(1);
  });
});
