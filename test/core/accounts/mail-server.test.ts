// A launcher that signs in with a provider's token, whole: browser, real OpenID provider, real Dovecot that asks that
// provider whose the token is.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SignIn } from '#contract/model/sign-in';
import { eventually } from '../../helpers/eventually.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { makeMail } from '../../helpers/make-mail.ts';
import { makePdf } from '../../helpers/make-pdf.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { startDovecot } from '../../servers/dovecot.ts';
import { startOpenidProvider } from '../../servers/openid-provider.ts';
import { describeWith } from '../../servers/required.ts';
import { useServer } from '../../servers/use-server.ts';
import { oauthAccount } from './make-accounts.ts';

const dir = useTempDir();

describeWith(['dovecot'], 'a launcher with an account of a provider', () => {
  const provider = useServer(startOpenidProvider);
  const dovecot = useServer(() => startDovecot({ introspectionUrl: provider().urls.introspect }));

  const setUp = async (protocol: 'imap' | 'pop') => {
    mkdirSync(join(dir(), 'data'), { recursive: true });
    const core = await makeCore({ dir: dir(), isReal: true });
    const user = dovecot().freshUser();
    const account = await core.call('accounts.save', { ...oauthAccount(provider()), user });
    const job = await core.job('out');
    const port = protocol === 'imap' ? dovecot().ports.imap : dovecot().ports.pop3;
    const server = { host: '127.0.0.1', port, tls: 'none' as const };
    const launcher = await core.call('launchers.save', {
      description: 'Courrier',
      source: { protocol, server, accountId: account.id },
      affiliations: [{ jobId: job.id, extensions: [] }],
    });
    const signIn = async (): Promise<SignIn> => {
      const started = await core.call('accounts.startSignIn', {
        ...{ id: account.id, way: 'browser', open: false },
      });
      await provider().person().signIn(started.url, user);
      return await eventually(async () => {
        const now = await core.call('accounts.signIn', { id: started.id });
        return now.state !== 'waiting' && now;
      }).then((ended) => ended || started);
    };
    const mail = (name: string) => {
      const attachments = [{ name, content: makePdf(2000, name.length) }];
      return dovecot().deliver(user, makeMail({ messageId: `<${name}@x>`, attachments }));
    };
    const documents = () => core.filesIn('out').filter((name) => !name.startsWith('.'));
    return { core, account, launcher, user, signIn, mail, documents };
  };

  it.each(['imap', 'pop'] as const)('delivers over %s after the sign-in', async (protocol) => {
    const { core, launcher, signIn, mail, documents } = await setUp(protocol);
    await mail('facture.pdf');
    expect(await signIn()).toMatchObject({ state: 'done', error: null });

    const run = await core.run(launcher);

    expect(run.error).toBeNull();
    expect(documents()).toEqual(['facture.pdf']);
  });

  it.each(['imap', 'pop'] as const)(
    'renews a token that the %s server refuses before its time, and goes on',
    async (protocol) => {
      const { core, launcher, signIn, mail, documents } = await setUp(protocol);
      await signIn();
      await mail('a.pdf');
      await core.run(launcher);
      provider().refuseShownTokens();
      await mail('bb.pdf');
      const before = provider().grants.length;

      const run = await core.run(launcher);

      expect(run.error).toBeNull();
      expect(documents()).toEqual(['a.pdf', 'bb.pdf']);
      expect(provider().grants.slice(before)).toEqual(['refresh_token']);
    },
  );

  it('pauses when the grant is gone, and goes on after a new sign-in', async () => {
    const { core, account, launcher, signIn, mail, documents } = await setUp('imap');
    await signIn();
    await mail('a.pdf');
    await core.clock.advance(56 * 60_000);
    provider().revokeAll();

    const refused = await core.run(launcher);

    expect(refused.error).toMatchObject({ kind: 'auth', code: 'signIn.grantRefused' });
    const [found] = await core.call('launchers.list', {});
    expect(found?.paused).toBe(true);
    const [now] = await core.call('accounts.list', {});
    expect(now?.signedIn?.refused?.code).toBe('signIn.grantRefused');
    expect(await signIn()).toMatchObject({ state: 'done', accountId: account.id });
    await core.run(launcher);
    expect(documents()).toEqual(['a.pdf']);
  });

  it('says who has to sign in before the first run', async () => {
    const { core, launcher } = await setUp('imap');

    const run = await core.run(launcher);

    expect(run.error).toMatchObject({ kind: 'auth', code: 'account.notSignedIn' });
  });
});
