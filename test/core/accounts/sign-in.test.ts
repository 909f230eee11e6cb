// Signing in with a real OpenID provider: in a browser, by a code, and every way a person and a provider can say no.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createGoogleProvider } from '#core/accounts/oauth/google-provider';
import type { LoadProvider } from '#core/accounts/providers';
import { makeCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { eventually } from '../../helpers/eventually.ts';
import { MAIL_SCOPE, startOpenidProvider } from '../../servers/openid-provider.ts';
import { useServer } from '../../servers/use-server.ts';
import { makeAccounts, oauthAccount, signInWith, USER } from './make-accounts.ts';

const dir = useTempDir();
const provider = useServer(startOpenidProvider);

async function setUp(given: object = {}) {
  const accounts = makeAccounts(dir());
  await accounts.save(oauthAccount(provider(), given));
  return accounts;
}

describe('signing in with a browser', () => {
  it('gives the account a token and says who answered', async () => {
    const accounts = await setUp();

    const { state, user, page } = await signInWith(accounts, provider());

    expect({ state, user }).toEqual({ state: 'done', user: USER });
    expect(page.text).toContain('<html lang="fr">');
    expect(page.text).toContain(USER);
    expect(await accounts.credentials()).toMatchObject({ user: USER, method: 'token' });
    expect(accounts.account().signedIn).toMatchObject({ user: USER, refused: null });
  });

  it('asks with PKCE S256, a state and a nonce, and opens the page in the system browser', async () => {
    const accounts = await setUp({ issuer: provider().issuer });

    const { url } = await accounts.start();

    const asked = new URL(url).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('state')?.length).toBeGreaterThan(20);
    expect(asked.get('nonce')?.length).toBeGreaterThan(20);
    expect(asked.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(asked.get('login_hint')).toBe(USER);
    expect(accounts.ports.openedUrls).toEqual([url]);
  });

  it('finds the addresses by the name of the issuer', async () => {
    const { publicClient: clientId, issuer } = provider();
    const accounts = makeAccounts(dir());
    const oauth = { clientId, issuer, scopes: 'openid email offline_access' };
    await accounts.save({ name: 'a', user: USER, method: 'oauth', oauth });

    expect(await signInWith(accounts, provider())).toMatchObject({ state: 'done', user: USER });
  });

  it('takes a client with a secret', async () => {
    const { secretClient } = provider();
    const accounts = makeAccounts(dir());
    const account = oauthAccount(provider(), { clientId: secretClient.id });
    await accounts.save({ ...account, secret: secretClient.secret });

    expect(await signInWith(accounts, provider())).toMatchObject({ state: 'done' });
  });

  it('tells that the client itself is refused when its secret is wrong', async () => {
    const accounts = makeAccounts(dir());
    const account = oauthAccount(provider(), { clientId: provider().secretClient.id });
    await accounts.save({ ...account, secret: 'wrong' });

    const ended = await signInWith(accounts, provider());

    expect(ended).toMatchObject({
      state: 'failed',
      error: { kind: 'config', code: 'signIn.badClient', field: 'oauth.clientId' },
    });
    expect(ended.page.text).toContain('n&#39;a pas abouti');
  });

  it('ends as refused when the person does not agree', async () => {
    const accounts = await setUp();
    const started = await accounts.start();

    await provider().person().signIn(started.url, USER, { agrees: false });

    expect(await accounts.ended(started)).toMatchObject({
      state: 'failed',
      error: { kind: 'auth', code: 'signIn.denied' },
    });
    expect(accounts.account().signedIn).toBeNull();
  });

  it('is cancelled, and its port is closed', async () => {
    const accounts = await setUp();
    const started = await accounts.start();
    const redirect = new URL(started.url).searchParams.get('redirect_uri')!;

    accounts.signIns.cancel(started.id);

    expect(await accounts.ended(started)).toMatchObject({ state: 'cancelled', error: null });
    await eventually(() =>
      fetch(redirect).then(
        () => false,
        () => true,
      ),
    );
  });

  it('ends when nobody comes for ten minutes', async () => {
    const accounts = await setUp();
    const started = await accounts.start();

    await accounts.ports.clock.advance(10 * 60_000);

    expect(await accounts.ended(started)).toMatchObject({
      state: 'failed',
      error: { code: 'signIn.expired' },
    });
  });

  it('is replaced by the next one for the same account', async () => {
    const accounts = await setUp();
    const first = await accounts.start();

    await accounts.start();

    expect(await accounts.ended(first)).toMatchObject({ state: 'cancelled' });
  });

  it('tells that the port it was told to use is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const accounts = await setUp({ redirectPort: port });

    const started = accounts.start();

    await expect(started).rejects.toMatchObject({ code: 'signIn.portTaken', params: { port } });
    holder.close();
  });
});

describe('an account that is changed while somebody signs in', () => {
  it('ends that sign-in: it was for the account as it was', async () => {
    const core = await makeCore({ dir: dir(), isReal: true });
    const draft = oauthAccount(provider());
    const { id } = await core.call('accounts.save', draft);
    const started = await core.call('accounts.startSignIn', { id, way: 'browser', open: false });

    await core.call('accounts.save', { id, ...oauthAccount(provider(), { clientId: 'other' }) });

    await eventually(async () => {
      const { state } = await core.call('accounts.signIn', { id: started.id });
      return state === 'cancelled';
    });
    const [account] = await core.call('accounts.list', {});
    expect(account?.signedIn).toBeNull();
  });

  it('keeps nothing of a renewal that was under way', async () => {
    const core = await makeCore({ dir: dir(), isReal: true });
    const { id } = await core.call('accounts.save', oauthAccount(provider()));
    const started = await core.call('accounts.startSignIn', { id, way: 'browser', open: false });
    await provider().person().signIn(started.url, USER);
    await eventually(async () => (await core.call('accounts.list', {}))[0]?.signedIn !== null);
    await core.clock.advance(56 * 60_000);
    provider().faults.push('slow');
    const incoming = { kind: 'imap', server: { host: '127.0.0.1', port: 1, tls: 'none' } } as const;
    const asked = core.call('accounts.check', { id, incoming, outgoing: null });
    await eventually(() => provider().faults.length === 0);

    await core.call('accounts.save', { id, ...oauthAccount(provider(), { clientId: 'other' }) });
    await asked;

    const [account] = await core.call('accounts.list', {});
    expect(account?.signedIn).toBeNull();
  });
});

describe('the page on loopback', () => {
  it('ignores an answer of another sign-in, and goes on waiting', async () => {
    const accounts = await setUp();
    const started = await accounts.start();
    const redirect = new URL(started.url).searchParams.get('redirect_uri')!;

    const stranger = await fetch(`${redirect}?code=stolen&state=guessed`);

    expect(stranger.status).toBe(400);
    expect(stranger.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(accounts.signIns.get(started.id).state).toBe('waiting');
    await provider().person().signIn(started.url, USER);
    expect(await accounts.ended(started)).toMatchObject({ state: 'done' });
  });

  it('takes an answer once: a second tab changes nothing', async () => {
    const accounts = await setUp();
    provider().faults.push('silent');
    const started = await accounts.start();
    const asked = new URL(started.url).searchParams;
    const answer = `${asked.get('redirect_uri')}?code=one&state=${asked.get('state')}`;
    const first = fetch(answer).catch(() => undefined);
    await eventually(() => provider().faults.length === 0);

    const second = await fetch(answer);

    expect(await second.text()).toContain('Déjà reçu');
    expect(accounts.signIns.get(started.id).state).toBe('waiting');
    accounts.signIns.cancel(started.id);
    await first;
  });

  it('serves nobody who comes under another name', async () => {
    const accounts = await setUp();
    const started = await accounts.start();
    const redirect = new URL(started.url).searchParams.get('redirect_uri')!;
    const { request } = await import('node:http');

    const asked = request(redirect, { headers: { host: 'evil.example:80' } });
    asked.end();
    const [response] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();

    expect(response.statusCode).toBe(404);
  });

  it('refuses a code that was used before', async () => {
    const accounts = await setUp();
    const first = await accounts.start();
    const asked = new URL(first.url).searchParams;
    const person = provider().person();
    const { url } = await person.signIn(first.url, USER);
    const code = new URL(url).searchParams.get('code')!;
    await accounts.ended(first);

    const second = await accounts.start();
    const { searchParams } = new URL(second.url);
    const redirect = searchParams.get('redirect_uri')!;
    await fetch(`${redirect}?code=${code}&state=${searchParams.get('state')}`);

    expect(asked.get('state')).not.toBe(searchParams.get('state'));
    expect(await accounts.ended(second)).toMatchObject({
      state: 'failed',
      error: { code: 'signIn.grantRefused' },
    });
    expect(await accounts.credentials()).toMatchObject({ method: 'token' });
  });
});

describe('signing in with Google', () => {
  const google: LoadProvider = () => {
    const { issuer, urls } = provider();
    const endpoints = {
      ...{ issuer, authorizeUrl: urls.authorize, tokenUrl: urls.token, deviceUrl: '' },
    };
    return Promise.resolve(createGoogleProvider(endpoints, MAIL_SCOPE));
  };
  const make = async () => {
    const accounts = makeAccounts(dir(), google);
    const { id: clientId, secret } = provider().secretClient;
    await accounts.save({ name: 'g', user: USER, method: 'google', oauth: { clientId }, secret });
    return accounts;
  };

  it('asks for access while nobody is there', async () => {
    const accounts = await make();

    const { url } = await accounts.start();

    const asked = new URL(url).searchParams;
    expect(asked.get('access_type')).toBe('offline');
    expect(asked.get('prompt')).toBe('consent');
    expect(asked.get('scope')).toBe(`openid email ${MAIL_SCOPE}`);
  });

  it('takes the account that is meant', async () => {
    expect(await signInWith(await make(), provider())).toMatchObject({ state: 'done', user: USER });
  });

  it('refuses another account than the one that is meant, and keeps nothing of it', async () => {
    const accounts = await make();

    const ended = await signInWith(accounts, provider(), 'somebody@example.org');

    expect(ended).toMatchObject({
      state: 'failed',
      error: {
        code: 'signIn.wrongAccount',
        params: { expected: USER, got: 'somebody@example.org' },
      },
    });
    expect(accounts.account().signedIn).toBeNull();
    expect(accounts.store.accounts.sealedTokens(accounts.id)).toBeNull();
  });
});

describe('signing in by a code', () => {
  it('waits until the code was typed, whatever hiccups on the way', async () => {
    const accounts = await setUp();
    const started = await accounts.start('deviceCode');
    expect(started.code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
    const polls = () => provider().grants.length;
    const before = polls();
    provider().faults.push('500', 'reset', 'portal');
    for (let poll = 1; poll <= 4; poll += 1) {
      await accounts.ports.clock.advance(5_000);
      await eventually(() => polls() === before + poll && accounts.ports.clock.sleepers() > 0);
    }

    await provider().person().signIn(started.url, USER, { code: started.code });
    await accounts.ports.clock.advance(5_000);

    expect(await accounts.ended(started)).toMatchObject({ state: 'done', user: USER });
  });

  it('ends when the person does not agree', async () => {
    const accounts = await setUp();
    const started = await accounts.start('deviceCode');
    const { code } = started;
    await provider().person().signIn(started.url, USER, { code, agrees: false });

    await accounts.ports.clock.advance(5_000);

    expect(await accounts.ended(started)).toMatchObject({
      state: 'failed',
      error: { code: 'signIn.denied' },
    });
  });

  it('is refused where the provider has none', async () => {
    const accounts = await setUp({ deviceUrl: '' });

    await expect(accounts.start('deviceCode')).rejects.toMatchObject({
      code: 'signIn.noDeviceCode',
      field: 'oauth.deviceUrl',
    });
  });
});
