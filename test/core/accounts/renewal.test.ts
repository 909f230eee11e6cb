// Tokens kept fresh against a real OpenID provider: by one, in time, durably; and only a refused grant counts.
import { describe, expect, it } from 'vitest';
import { AuthError } from '#core/errors';
import { signingIn, type Credentials } from '#core/accounts/credentials';
import { LauncherId, JobId } from '#contract/ids';
import { LauncherDraft } from '#contract/model/launcher';
import { eventually } from '../../helpers/eventually.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { startOpenidProvider, type TokenFault } from '../../servers/openid-provider.ts';
import { useServer } from '../../servers/use-server.ts';
import { makeAccounts, oauthAccount, signInWith } from './make-accounts.ts';

const dir = useTempDir();
const provider = useServer(startOpenidProvider);

async function setUp(lifeSeconds = 3600) {
  const accounts = makeAccounts(dir());
  await accounts.save(oauthAccount(provider()));
  provider().setTokenLife(lifeSeconds);
  expect(await signInWith(accounts, provider())).toMatchObject({ state: 'done' });
  const before = provider().grants.length;
  return {
    ...accounts,
    /** Refreshes since the sign-in. */
    refreshes: () =>
      provider()
        .grants.slice(before)
        .filter((one) => one === 'refresh_token').length,
    minutes: (count: number) => accounts.ports.clock.advance(count * 60_000),
  };
}

describe('an access token', () => {
  it('is used again while it lives', async () => {
    const accounts = await setUp();

    const first = await accounts.credentials();
    await accounts.minutes(54);
    const second = await accounts.credentials();

    expect(second.secret).toBe(first.secret);
    expect(accounts.refreshes()).toBe(0);
  });

  it('is renewed five minutes before its end, and the account tells when', async () => {
    const accounts = await setUp();
    const first = await accounts.credentials();
    await accounts.minutes(56);

    const second = await accounts.credentials();

    expect(second.secret).not.toBe(first.secret);
    expect(accounts.refreshes()).toBe(1);
    expect(accounts.account().signedIn).toMatchObject({
      lastRefreshAt: '2026-01-05T08:56:00.000Z',
      accessUntil: '2026-01-05T09:56:00.000Z',
      refused: null,
    });
  });

  it('that lives for minutes only is not renewed at each look', async () => {
    const accounts = await setUp(240);

    await accounts.credentials();
    await accounts.minutes(2);
    await accounts.credentials();

    expect(accounts.refreshes()).toBe(0);
  });

  it('survives the program: the next start asks for nothing', async () => {
    const accounts = await setUp();
    const { secret } = await accounts.credentials();
    const { secretBox } = accounts.ports;
    await accounts.close();

    const next = makeAccounts(dir());
    Object.assign(next.ports.secretBox, secretBox);

    expect((await next.credentials()).secret).toBe(secret);
    expect(accounts.refreshes()).toBe(0);
  });

  it('is asked for once, however many launchers want it at the same time', async () => {
    const accounts = await setUp();
    await accounts.minutes(56);

    const all = await Promise.all(Array.from({ length: 10 }, () => accounts.credentials()));

    expect(new Set(all.map((one) => one.secret)).size).toBe(1);
    expect(accounts.refreshes()).toBe(1);
  });

  it('goes on being renewed when the one who asked first stops waiting', async () => {
    const accounts = await setUp();
    await accounts.minutes(56);
    const impatient = new AbortController();

    const first = accounts.credentials(impatient.signal);
    const second = accounts.credentials();
    impatient.abort();

    await expect(first).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await second).toMatchObject({ method: 'token' });
    expect(accounts.refreshes()).toBe(1);
  });

  it('is renewed with the token that came last: the provider takes each one once', async () => {
    const accounts = await setUp();
    for (let round = 1; round <= 3; round += 1) {
      await accounts.minutes(56);
      await accounts.credentials();
    }

    expect(accounts.refreshes()).toBe(3);
  });

  it('is on disk before it is handed out', async () => {
    const accounts = await setUp();
    await accounts.minutes(56);
    const before = accounts.store.accounts.sealedTokens(accounts.id);

    const work = accounts.credentials();
    await work;

    expect(accounts.ports.steps.at(-1)).toBe('tokens.stored');
    expect(accounts.store.accounts.sealedTokens(accounts.id)).not.toBe(before);
  });
});

describe('a sign-in that nobody uses', () => {
  it('is renewed after six days, so that it does not end by lying idle', async () => {
    const accounts = await setUp();
    accounts.keepSignedIn();

    await accounts.minutes(5 * 24 * 60);
    expect(accounts.refreshes()).toBe(0);
    // To the very look: while time stands still the provider is not late.
    await accounts.minutes(24 * 60 + 5);

    await eventually(() => accounts.refreshes() === 1);
    await eventually(() => accounts.account().signedIn?.lastRefreshAt !== null);
  });
});

describe('a token that a server refuses before its time', () => {
  const refused = (): AuthError => new AuthError('imap.tokenRefused', { text: 'no' });

  it('is renewed at once, and the work is done again', async () => {
    const accounts = await setUp();
    const first = await accounts.credentials();
    const seen: string[] = [];
    const work = ({ secret }: Credentials) => {
      seen.push(secret);
      return secret === first.secret ? Promise.reject(refused()) : Promise.resolve('in');
    };

    const result = await signingIn(first, work, new AbortController().signal);

    expect(result).toBe('in');
    expect(new Set(seen).size).toBe(2);
    expect(accounts.refreshes()).toBe(1);
  });

  it('is renewed once only: the second refusal stands', async () => {
    const accounts = await setUp();
    const first = await accounts.credentials();

    const work = signingIn(first, () => Promise.reject(refused()), new AbortController().signal);

    await expect(work).rejects.toMatchObject({ code: 'imap.tokenRefused' });
    expect(accounts.refreshes()).toBe(1);
    expect(accounts.account().signedIn?.refused).toBeNull();
  });

  it('is renewed once for all who had it', async () => {
    const accounts = await setUp();
    const all = await Promise.all([accounts.credentials(), accounts.credentials()]);
    const { signal } = new AbortController();

    const again = await Promise.all(all.map(async (one) => await one.renew?.(signal)));

    expect(again[0]?.secret).toBe(again[1]?.secret);
    expect(again[0]?.secret).not.toBe(all[0]?.secret);
    expect(accounts.refreshes()).toBe(1);
  });

  it('is a password: nothing can be renewed', async () => {
    const accounts = makeAccounts(dir());
    await accounts.save({ name: 'p', user: 'u', secret: 's' });
    const credentials = await accounts.credentials();

    const work = signingIn(
      credentials,
      () => Promise.reject(refused()),
      new AbortController().signal,
    );

    await expect(work).rejects.toMatchObject({ code: 'imap.tokenRefused' });
    expect(credentials).toEqual({ user: 'u', method: 'password', secret: 's' });
  });
});

describe('a grant that is refused', () => {
  const launcherOf = (account: string) =>
    LauncherDraft.parse({
      description: 'Courrier',
      source: { protocol: 'imap', server: { host: 'mail.example.org' }, accountId: account },
      affiliations: [{ jobId: JobId.parse('j'), extensions: [] }],
    });

  it('pauses all launchers of the account, and is not asked for again', async () => {
    const accounts = await setUp();
    const launcher = LauncherId.parse('l');
    accounts.store.launchers.save(launcher, launcherOf('acc'), 'now');
    provider().revokeAll();
    await accounts.minutes(56);

    await expect(accounts.credentials()).rejects.toMatchObject({
      ...{ kind: 'auth', code: 'signIn.grantRefused' },
    });
    await expect(accounts.credentials()).rejects.toMatchObject({ kind: 'auth' });

    expect(accounts.refreshes()).toBe(1);
    expect(accounts.account().signedIn?.refused?.code).toBe('signIn.grantRefused');
    expect(accounts.store.launchers.get(launcher)?.paused).toBe(true);
    expect(accounts.ports.notices).toMatchObject([{ code: 'account.refused' }]);
  });

  it('is over when somebody signs in again: the launchers go on', async () => {
    const accounts = await setUp();
    const launcher = LauncherId.parse('l');
    accounts.store.launchers.save(launcher, launcherOf('acc'), 'now');
    provider().revokeAll();
    await accounts.minutes(56);
    await accounts.credentials().catch(() => undefined);

    await signInWith(accounts, provider());

    expect(accounts.store.launchers.get(launcher)?.paused).toBe(false);
    expect(await accounts.credentials()).toMatchObject({ method: 'token' });
  });
});

describe('a provider that is away', () => {
  const faults: readonly [TokenFault, object][] = [
    ['500', { code: 'signIn.away', params: { status: 500 } }],
    ['429', { code: 'signIn.away', retryAfterSeconds: 17 }],
    ['garbage', { code: 'signIn.unreadable' }],
    ['portal', { code: 'signIn.unreadable' }],
    ['reset', { code: 'net.reset' }],
  ];

  it.each(faults)(
    '%s: passes, changes nothing, and the next attempt succeeds',
    async (fault, error) => {
      const accounts = await setUp();
      await accounts.minutes(56);
      provider().faults.push(fault);

      await expect(accounts.credentials()).rejects.toMatchObject({ kind: 'transient', ...error });

      expect(accounts.account().signedIn?.refused).toBeNull();
      expect(await accounts.credentials()).toMatchObject({ method: 'token' });
    },
  );

  it('and says nothing at all: given up after half a minute', async () => {
    const accounts = await setUp();
    await accounts.minutes(56);
    provider().faults.push('silent');
    const ends: unknown[] = [];
    const asked = accounts.credentials().catch((thrown: unknown) => ends.push(thrown));
    const { hostname: host, port } = new URL(provider().origin);

    await eventually(() => provider().faults.length === 0);
    await accounts.ports.clock.advance(29_999);
    expect(ends).toEqual([]);
    await accounts.ports.clock.advance(1);
    await asked;

    expect(ends).toMatchObject([
      { kind: 'transient', code: 'net.timeout', params: { host, port: Number(port) } },
    ]);
    expect(accounts.account().signedIn?.refused).toBeNull();
    expect(await accounts.credentials()).toMatchObject({ method: 'token' });
  });
});

describe('what is stored', () => {
  it('is of no use to who reads the file', async () => {
    const accounts = await setUp();
    const { secret } = await accounts.credentials();

    expect(accounts.store.accounts.sealedTokens(accounts.id)).not.toContain(secret);
    expect(JSON.stringify(accounts.ports.logger.entries)).not.toContain(secret);
  });

  it('and cannot be opened any more: enter it again, and nothing is wiped', async () => {
    const accounts = await setUp();
    const before = accounts.store.accounts.sealedTokens(accounts.id);
    accounts.ports.secretBox.loseKey();

    await expect(accounts.credentials()).rejects.toMatchObject({
      ...{ kind: 'auth', code: 'account.tokensUnreadable' },
    });
    expect(accounts.account().signedIn?.refused).toBeNull();

    expect(accounts.store.accounts.sealedTokens(accounts.id)).toBe(before);
  });

  it('is forgotten by signing out, also what is being renewed right then', async () => {
    const accounts = await setUp();
    await accounts.minutes(56);
    const renewing = accounts.credentials();

    accounts.tokens.signOut(accounts.id);
    await renewing.catch(() => undefined);

    expect(accounts.account().signedIn).toBeNull();
    expect(accounts.store.accounts.sealedTokens(accounts.id)).toBeNull();
    await expect(accounts.credentials()).rejects.toMatchObject({ code: 'account.notSignedIn' });
  });

  it('goes when the account becomes that of another client', async () => {
    const accounts = await setUp();

    await accounts.save(oauthAccount(provider(), { clientId: 'another' }));

    expect(accounts.account().signedIn).toBeNull();
  });

  it('stays when only its name changes', async () => {
    const accounts = await setUp();

    await accounts.save({ ...oauthAccount(provider()), name: 'Nouveau nom' });

    expect(accounts.account().signedIn).not.toBeNull();
  });
});
