// An alarm whose mail cannot be written is not lost: it is shown, tried again ever more rarely, and told once when it can be.
import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { MINUTE } from '../router/make-router.ts';
import { alarmed, mendFolder } from './alarmed.ts';

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];

/** A launcher that fails, and an alarm whose instance has no connector. */
async function speechless() {
  const all = await alarmed({ kind: 'launcherFailed', times: 1 });
  const { call, service, connector, root, run, launcher, minutes, incidents } = all;
  const setConnector = (connectorId: typeof connector.id | null) =>
    call('services.save', { ...service, connectorId });
  await call('services.setDefaultConnector', { type: 'mail', connectorId: null });
  await setConnector(null);
  return {
    ...all,
    fail: async () => {
      rmSync(root, { recursive: true });
      writeFileSync(root, 'a file where a folder was');
      await run(launcher);
      await minutes(2);
      await eventually(async () => (await incidents()).length > 0);
    },
    heal: async () => {
      mendFolder(root);
      await run(launcher);
    },
    silence: () => setConnector(null),
    speak: () => setConnector(connector.id),
  };
}

describe('an alarm whose mail cannot be written', () => {
  it('says so with the reason, is told as soon as it can be, and once', async () => {
    const { fail, speak, call, minutes, mails, incidents, ports } = await speechless();

    await fail();
    await minutes(60);

    expect(mails()).toEqual([]);
    expect(await incidents()).toMatchObject([{ untold: true, closedAt: null, outboxIds: [] }]);
    const [rule] = await call('notices.list', {});
    expect(rule?.untold).toMatchObject({ error: { code: 'service.noConnector' } });
    expect(ports.notices.map(({ code }) => code)).toEqual(['notice.opened']);

    await speak();
    await minutes(2);

    await eventually(() => mails().length === 1);
    expect(mails()).toEqual(['[Lanceur COLD] Scanner : le lanceur échoue']);
    const [incident] = await incidents();
    expect(incident).toMatchObject({ untold: false, closedAt: null });
    expect(incident?.outboxIds).toHaveLength(1);
    expect((await call('notices.list', {}))[0]?.untold).toBeNull();
    await minutes(60);
    expect(mails()).toHaveLength(1);
    expect(ports.notices).toHaveLength(1);
  });

  it('is tried ever more rarely', async () => {
    const { fail, minutes, ports } = await speechless();
    await fail();

    await minutes(240);

    const tries = ports.logger.events().filter((one) => one === 'notice.notMailed');
    expect(tries.length).toBeGreaterThan(4);
    expect(tries.length).toBeLessThan(12);
  });

  it('is told after a restart too', async () => {
    const { fail, speak, minutes, mails, restart, serve, ports } = await speechless();
    await fail();
    await restart();
    await serve();
    await minutes(3);
    expect(mails()).toEqual([]);

    await speak();
    await minutes(2);

    await eventually(() => mails().length === 1);
    expect(ports.notices).toHaveLength(1);
  });

  it('that is over by then is told as over, with what it was, in one mail', async () => {
    const { fail, heal, speak, minutes, mails, bodyOf, incidents } = await speechless();
    await fail();
    await heal();
    await minutes(25);
    const [incident] = await incidents();
    expect(incident).toMatchObject({ untold: true });
    expect(incident?.closedAt).not.toBeNull();

    await speak();
    await minutes(15);

    await eventually(() => mails().length === 1);
    expect(mails()).toEqual(['[Lanceur COLD] Rétabli : Scanner (le lanceur échoue)']);
    expect(bodyOf(0)).toContain('Scanner');
    expect(await incidents()).toMatchObject([{ untold: false }]);
  });

  it('is owed no more once nobody wants a mail about it', async () => {
    const { fail, speak, call, rule, minutes, mails, incidents } = await speechless();
    await fail();

    await call('notices.save', { ...rule, mail: { ...rule.mail, enabled: false } });
    await minutes(3);
    await speak();
    await call('notices.save', rule);
    await minutes(15);

    expect(mails()).toEqual([]);
    expect(await incidents()).toMatchObject([{ untold: false }]);
  });

  it('keeps no other alarm from being told', async () => {
    const { fail, call, connector, minutes, mails } = await speechless();
    const other = await call('services.save', { name: 'Autre', connectorId: connector.id });
    await call('notices.save', {
      event: { kind: 'launcherFailed', times: 1 },
      mail: { serviceId: other.id, to: ['adjoint@example.org'] },
    });

    await fail();
    await minutes(2);

    await eventually(() => mails().length === 1);
  });

  it('is tried again when the disk has room', async () => {
    const { hooks, root, run, launcher, minutes, mails, incidents, ports } = await alarmed({
      kind: 'launcherFailed',
      times: 1,
    });
    hooks.checkpoint = (step) => {
      if (step === 'outbox.attached') throw new Error('database or disk is full');
    };
    rmSync(root, { recursive: true });
    writeFileSync(root, '');
    await run(launcher);
    await minutes(30);
    expect(await incidents()).toMatchObject([{ untold: true }]);
    expect(mails()).toEqual([]);

    hooks.checkpoint = undefined;
    await minutes(40);

    await eventually(() => mails().length === 1);
    expect(ports.notices).toHaveLength(1);
  });
});

describe('a daily summary that cannot be written', () => {
  it('is written when it can be, once', async () => {
    const { call, service, connector, minutes, mails, clock, ports } = await alarmed({
      kind: 'dailySummary',
      at: '00:00',
      weekdays: EVERY_DAY,
    });
    await minutes(3);
    await eventually(() => mails().length === 1);
    await call('services.setDefaultConnector', { type: 'mail', connectorId: null });
    await call('services.save', { ...service, connectorId: null });
    clock.set(new Date(clock.now().getTime() + 24 * 60 * MINUTE));
    await minutes(30);
    expect(mails()).toHaveLength(1);
    expect((await call('notices.list', {}))[0]?.untold).not.toBeNull();
    const before = ports.notices.length;

    await call('services.save', { ...service, connectorId: connector.id });
    await minutes(3);

    await eventually(() => mails().length === 2);
    expect(mails()[1]).toContain('Bilan du 2026-01-06');
    await minutes(30);
    expect(mails()).toHaveLength(2);
    expect(ports.notices).toHaveLength(before);
    expect((await call('notices.list', {}))[0]?.untold).toBeNull();
  });
});

describe('the example of an alarm', () => {
  it('that cannot be written says why', async () => {
    const { call, rule } = await speechless();

    await expect(call('notices.test', { id: rule.id })).rejects.toMatchObject({
      code: 'service.noConnector',
    });
  });
});
