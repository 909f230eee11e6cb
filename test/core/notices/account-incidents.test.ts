// An incident about an account is about the account, whichever launchers and connectors wait for it and whatever becomes of them.
import { describe, expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { launcherDraft } from '../../helpers/make-config.ts';
import { alarmed } from './alarmed.ts';

async function refused(...names: readonly string[]) {
  const all = await alarmed({ kind: 'signIn' });
  const { call, job, run, minutes, mails } = all;
  const account = await call('accounts.save', {
    name: 'Compte de la mairie',
    user: 'factures@mairie.example',
    method: 'oauth',
    oauth: { clientId: 'lanceur', issuer: 'https://login.mairie.example', scopes: 'mail' },
  });
  const cold = await job('mails');
  const launchers = [];
  for (const description of names) {
    const source = { protocol: 'pop', server: { host: '127.0.0.1' }, accountId: account.id };
    const draft = { ...launcherDraft('', cold), description, source };
    launchers.push(await call('launchers.save', draft as never));
  }
  for (const one of launchers) await run(one);
  await minutes(2);
  await eventually(() => mails().length === 1);
  return { ...all, account, launchers };
}

describe('an incident about an account', () => {
  it('names the account and no launcher, in the book and on the desktop', async () => {
    const { account, incidents, ports } = await refused('Factures', 'Courrier');

    expect(await incidents()).toMatchObject([{ accountId: account.id, launcherId: null }]);
    const [opened] = ports.notices.filter(({ code }) => code === 'notice.opened');
    expect(opened?.params).toMatchObject({ event: 'signIn', accountId: account.id });
  });

  it('stays open, and about the account, when the first of its launchers is deleted', async () => {
    const { call, account, launchers, incidents, minutes } = await refused('Factures', 'Courrier');

    await call('launchers.delete', { id: launchers[0]!.id });
    await minutes(15);

    expect(await incidents()).toMatchObject([
      { accountId: account.id, launcherId: null, closedAt: null, params: { users: 'Courrier' } },
    ]);
  });

  it('is closed, not recovered, when nothing uses the account any more', async () => {
    const { call, launchers, incidents, minutes, mails, bodyOf } = await refused('Factures');

    await call('launchers.delete', { id: launchers[0]!.id });
    await minutes(13);

    await eventually(() => mails().length === 2);
    expect(mails()[1]).toBe('[Lanceur COLD] Clos : Compte de la mairie (connexion à refaire)');
    expect(bodyOf(1)).toContain("n'utilise ce compte");
    expect(await incidents()).toMatchObject([{ params: { ended: 'accountUnused' } }]);
  });

  it('of an account that was deleted leads nowhere on the desktop', async () => {
    const { call, account, launchers, minutes, mails, ports } = await refused('Factures');

    await call('launchers.delete', { id: launchers[0]!.id });
    await call('accounts.delete', { id: account.id });
    await minutes(13);

    await eventually(() => mails().length === 2);
    const closed = ports.notices.find(({ code }) => code === 'notice.recovered');
    expect(closed?.params).not.toHaveProperty('accountId');
  });
});
