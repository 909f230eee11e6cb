import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { makeRouter, MINUTE } from '../router/make-router.ts';
import { alarmed, breakFolder, mendFolder } from './alarmed.ts';

describe('an alarm', () => {
  it('tells once of a launcher that fails again and again, and of its recovery', async () => {
    const { root, run, launcher, minutes, mails, incidents, ports } = await alarmed({
      kind: 'launcherFailed',
      times: 2,
    });
    breakFolder(root);
    await run(launcher);
    await minutes(2);
    expect(mails()).toEqual([]);

    for (let times = 0; times < 5; times += 1) await run(launcher);
    await minutes(2);
    await eventually(() => mails().length === 1);
    for (let times = 0; times < 5; times += 1) await run(launcher);
    await minutes(30);

    expect(mails()).toHaveLength(1);
    expect(mails()[0]).toContain('[Lanceur COLD] Scanner');
    expect(await incidents()).toMatchObject([{ closedAt: null, kind: 'launcherFailed' }]);
    mendFolder(root);
    await run(launcher);
    await minutes(13);

    await eventually(() => mails().length === 2);
    expect(mails()[1]).toContain('Rétabli');
    expect((await incidents())[0]?.closedAt).not.toBeNull();
    expect(ports.notices.map((one) => one.code)).toEqual(['notice.opened', 'notice.recovered']);
  });

  it('does not tell of one that comes and goes as of many', async () => {
    const { root, run, launcher, minutes, mails, incidents } = await alarmed({
      kind: 'launcherFailed',
      times: 1,
    });
    for (let times = 0; times < 6; times += 1) {
      rmSync(root, { recursive: true });
      writeFileSync(root, '');
      await run(launcher);
      await minutes(2);
      mendFolder(root);
      await run(launcher);
      await minutes(2);
    }

    expect(mails()).toHaveLength(1);
    expect(await incidents()).toHaveLength(1);
  });

  it('does not mail the trouble of a connector by that connector', async () => {
    const { send, server, minutes, call, incidents, ports } = await alarmed({
      kind: 'outbox',
      waitingMinutes: 5,
    });
    server.faults = { greeting: { code: 421, text: 'closed' } };
    await send();

    await minutes(40);

    const all = await call('outbox.list', {});
    expect(all).toHaveLength(1);
    expect(await incidents()).toMatchObject([{ code: 'outboxWaiting', outboxIds: [] }]);
    expect(ports.notices.filter((one) => one.code === 'notice.opened')).toHaveLength(1);
  });

  it('does not tell of its own failed mails', async () => {
    const { server, minutes, call, rule, incidents } = await alarmed({ kind: 'outbox' });
    server.faults = { data: { code: 554, text: '5.7.1 no' } };
    await call('notices.test', { id: rule.id });

    await minutes(15);

    expect(await call('outbox.list', {})).toMatchObject([{ state: 'failed' }]);
    expect(await incidents()).toEqual([]);
  });

  it('tells of a silence in opening hours', async () => {
    const { minutes, mails, server } = await alarmed({
      kind: 'silence',
      hours: 1,
      opening: { weekdays: [0, 1, 2, 3, 4, 5, 6], from: '00:00', until: '24:00' },
    });

    await minutes(65);

    await eventually(() => mails().length === 1);
    expect(server.accepted[0]?.raw).toContain('Auto-Submitted: auto-generated');
  });

  it('writes the summary once a day', async () => {
    const { minutes, mails, clock } = await alarmed({
      kind: 'dailySummary',
      at: '00:00',
      weekdays: [0, 1, 2, 3, 4, 5, 6],
    });

    await minutes(3);
    await eventually(() => mails().length === 1);
    clock.set(new Date(clock.now().getTime() + 24 * 60 * MINUTE));
    await minutes(3);
    await eventually(() => mails().length === 2);

    expect(mails()[0]).toContain('[Lanceur COLD] Bilan du 2026-01-05');
  });

  it('can be tried out', async () => {
    const { call, rule, mails } = await alarmed({ kind: 'signIn' });

    const { outboxId } = await call('notices.test', { id: rule.id });

    expect(outboxId).not.toBeNull();
    await eventually(() => mails().length === 1);
  });

  it('needs somebody to tell', async () => {
    const { call } = await makeRouter();

    await expect(call('notices.save', { event: { kind: 'signIn' } })).rejects.toMatchObject({
      code: 'notice.noRecipient',
      field: 'mail.to',
    });
  });
});
