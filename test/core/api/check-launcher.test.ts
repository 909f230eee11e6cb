// The test of a launcher whose account nobody has signed in for.
import { expect, it } from 'vitest';
import { makeCore } from '../../helpers/make-core.ts';
import { launcherDraft } from '../../helpers/make-config.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

it.each(['pop', 'imap'] as const)(
  'a %s launcher nobody has signed in for fails at the sign-in, not at its server',
  async (protocol) => {
    const { call, job } = await makeCore({ dir: dir(), isReal: true });
    const account = await call('accounts.save', {
      name: 'Factures',
      user: 'factures@mairie.example',
      method: 'oauth',
      oauth: { clientId: 'lanceur', issuer: 'https://login.mairie.example', scopes: 'mail' },
    });
    const launcher = await call('launchers.save', {
      ...launcherDraft('', await job('cold')),
      source: { protocol, server: { host: '127.0.0.1' }, accountId: account.id },
    });

    const { steps } = await call('launchers.check', { id: launcher.id });

    expect(steps[0]).toMatchObject({
      step: 'signIn',
      ok: false,
      error: { code: 'account.notSignedIn' },
    });
  },
);
