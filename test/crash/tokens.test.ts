// Killed at every step of a run that renews its token first, the moment between storing the new tokens and using them
// included: the provider takes each refresh token once, so one that is lost would end the account.
import { expect } from 'vitest';
import type { Account } from '#contract/model/account';
import type { SignIn } from '#contract/model/sign-in';
import { createCore } from '#core/create-core';
import { oauthAccount } from '../core/accounts/make-accounts.ts';
import { eventually } from '../helpers/eventually.ts';
import { makeMail } from '../helpers/make-mail.ts';
import { makePdf } from '../helpers/make-pdf.ts';
import { startDovecot } from '../servers/dovecot.ts';
import { startOpenidProvider } from '../servers/openid-provider.ts';
import { describeWith } from '../servers/required.ts';
import { useServer } from '../servers/use-server.ts';
import { deadlyPorts } from './deadly-ports.ts';
import { type Scenario, survives } from './scenario.ts';

describeWith(['dovecot'], 'a launcher that renews its token, killed at any step', () => {
  const provider = useServer(startOpenidProvider);
  const dovecot = useServer(() => startDovecot({ introspectionUrl: provider().urls.introspect }));

  /** Leaves a data folder whose account is signed in, with an access token that is over. */
  const signIn = async (dataDir: string, user: string): Promise<void> => {
    const core = await createCore(deadlyPorts({ dataDir, dieAt: 0 }).ports);
    provider().setTokenLife(1);
    const draft = { id: 'acc', ...oauthAccount(provider()), user };
    const { id } = (await core.call('accounts.save', draft)) as Account;
    const input = { id, way: 'browser', open: false };
    const started = (await core.call('accounts.startSignIn', input)) as SignIn;
    await provider().person().signIn(started.url, user);
    const ended = await eventually(async () => {
      const now = (await core.call('accounts.signIn', { id: started.id })) as SignIn;
      return now.state !== 'waiting' && now;
    });
    expect(ended).toMatchObject({ state: 'done' });
    await core.stop();
    // Renewed at each run all the same (it is left a minute at least), but not over before a busy machine has asked about it.
    provider().setTokenLife(45);
  };

  const scenario: Scenario = {
    title: 'renewed token',
    world: async (dir) => {
      const user = dovecot().freshUser();
      const attachments = [{ name: 'a.pdf', content: makePdf(3000, 1) }];
      await dovecot().deliver(user, makeMail({ messageId: '<1@x>', attachments }));
      await signIn(`${dir}/data`, user);
      const server = { host: '127.0.0.1', port: dovecot().ports.imap, tls: 'none' };
      return {
        source: { protocol: 'imap', server, accountId: 'acc', fate: { kind: 'leave' } },
        accounts: [{ id: 'acc', ...oauthAccount(provider()), user }],
        look: async () => (await dovecot().folder(user, 'INBOX')).length,
      };
    },
  };

  survives([scenario]);
});
