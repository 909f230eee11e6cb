import { describe, expect, it, onTestFinished } from 'vitest';
import type { AppError } from '#core/errors';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { passing } from '../../../helpers/passing.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { type EntraAnswer, startEntra } from '../../../servers/graph/entra.ts';
import { microsoftAccount } from './microsoft-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';

async function entraFor(...answers: EntraAnswer[]) {
  const entra = await startEntra();
  onTestFinished(() => entra.stop());
  entra.answers.push(...answers);
  return entra;
}

describe('sign-in by code', () => {
  it('shows code, link and countdown, and says who answered', async () => {
    const clock = fakeClock();
    const entra = await entraFor({ kind: 'pending' }, { kind: 'tokens', renewSeconds: 7_776_000 });
    const account = microsoftAccount(entra, { clock });

    const result = await account.signIn();

    expect(account.prompts).toEqual([
      {
        url: 'https://microsoft.com/devicelogin',
        code: 'ABCD-EFGH',
        expiresAt: '2026-01-05T08:15:00.000Z',
      },
    ]);
    expect(result.user).toBe('accueil@mairie.example');
    expect(result.renewUntil).toBe('2026-04-05T08:00:00.000Z');
    expect(entra.polls()).toBe(2);
  });

  it.each<[string, EntraAnswer]>([
    ['a reset', { kind: 'reset' }],
    ['a gateway page', { kind: 'page', status: 502 }],
    ['a service that is down', { kind: 'page', status: 503 }],
    ['being asked to wait', { kind: 'page', status: 429, retryAfter: 3 }],
    ['being asked to slow down', { kind: 'error', error: 'slow_down' }],
    ['a page of a proxy', { kind: 'page', status: 200 }],
  ])('survives %s while the code is typed', async (_, hiccup) => {
    const clock = fakeClock();
    const entra = await entraFor({ kind: 'pending' }, hiccup, { kind: 'tokens' });
    entra.interval = 1;
    const account = microsoftAccount(entra, { clock });

    const result = await passing(clock, account.signIn());

    expect(result.user).toBe('accueil@mairie.example');
    expect(entra.polls()).toBe(3);
  });

  it('asks at the standard pace where Entra names none', async () => {
    const entra = await entraFor({ kind: 'pending' });
    entra.interval = undefined;
    const account = microsoftAccount(entra);
    const stop = new AbortController();

    const signingIn = outcomeOf(account.signIn('deviceCode', { signal: stop.signal }));
    await eventually(() => entra.polls() === 1);
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();

    expect(await signingIn).toBe('cancelled run.cancelled');
    expect(entra.polls()).toBe(1);
  });

  it('ends at once when it is cancelled, and asks no more', async () => {
    const entra = await entraFor({ kind: 'pending' });
    const account = microsoftAccount(entra);
    const stop = new AbortController();

    const signingIn = outcomeOf(account.signIn('deviceCode', { signal: stop.signal }));
    await eventually(() => entra.polls() > 0);
    stop.abort();

    expect(await signingIn).toBe('cancelled run.cancelled');
    expect(account.state()).toBeNull();
  });

  it('says that the code is forbidden here, so that the browser can be offered', async () => {
    const entra = await entraFor({ kind: 'error', error: 'invalid_grant', number: 53003 });

    expect(await outcomeOf(microsoftAccount(entra).signIn())).toBe(
      'auth microsoft.deviceCodeBlocked',
    );
  });

  it('hands out what an administrator needs when consent is missing', async () => {
    const entra = await entraFor({ kind: 'error', error: 'invalid_grant', number: 65001 });
    const account = microsoftAccount(entra, { oauth: { tenant: 'mairie.example' } });

    const error = await account.signIn().catch((thrown: AppError) => thrown);

    expect(error).toMatchObject({
      kind: 'auth',
      code: 'microsoft.adminConsent',
      params: {
        adminConsentUrl: 'https://login.entra.test/mairie.example/adminconsent?client_id=client',
        permissions: 'Mail.ReadWrite, Mail.Send, Mail.ReadWrite.Shared, Mail.Send.Shared',
        number: 65001,
      },
    });
  });

  it('notices an unknown application before there is a code', async () => {
    const entra = await entraFor();
    entra.deviceCodeAnswer = { kind: 'error', error: 'unauthorized_client', number: 700016 };
    const account = microsoftAccount(entra);

    expect(await outcomeOf(account.signIn())).toBe('config microsoft.applicationUnknown');
    expect(account.prompts).toEqual([]);
  });

  it('tells a declined sign-in from an expired one', async () => {
    const declined = await entraFor({ kind: 'error', error: 'authorization_declined' });
    const expired = await entraFor({ kind: 'error', error: 'expired_token', number: 70019 });

    expect(await outcomeOf(microsoftAccount(declined).signIn())).toBe('auth microsoft.declined');
    expect(await outcomeOf(microsoftAccount(expired).signIn())).toBe('auth microsoft.codeExpired');
  });
});

describe('sign-in in the browser', () => {
  it('sends the person to Microsoft with PKCE and keeps what comes back', async () => {
    const entra = await entraFor({ kind: 'tokens' });
    const account = microsoftAccount(entra);
    let page = '';

    const result = await account.signIn('browser', {
      onPrompt: ({ url }) => {
        const asked = new URL(url);
        const back = new URL(asked.searchParams.get('redirect_uri') ?? '');
        back.searchParams.set('state', asked.searchParams.get('state') ?? '');
        back.searchParams.set('code', 'the-code');
        void fetch(back).then(async (response) => (page = await response.text()));
      },
    });

    const asked = new URL(account.prompts[0]?.url ?? '').searchParams;
    const exchange = entra.requests.find(({ path }) => path.endsWith('/token'))?.form;
    expect(asked.get('redirect_uri')).toMatch(/^http:\/\/localhost:\d+$/);
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(exchange).toMatchObject({ code: 'the-code', grant_type: 'authorization_code' });
    expect(exchange?.['code_verifier']).toMatch(/^[\w-]{40,}$/);
    expect(result.user).toBe('accueil@mairie.example');
    await eventually(() => page.includes('accueil@mairie.example'));
  });

  it('passes on what Microsoft refuses on its page', async () => {
    const entra = await entraFor();
    const account = microsoftAccount(entra);

    const outcome = outcomeOf(
      account.signIn('browser', {
        onPrompt: ({ url }) => {
          const asked = new URL(url);
          const back = new URL(asked.searchParams.get('redirect_uri') ?? '');
          back.searchParams.set('state', asked.searchParams.get('state') ?? '');
          back.searchParams.set('error', 'access_denied');
          back.searchParams.set('error_description', 'AADSTS65004: User declined to consent.');
          void fetch(back);
        },
      }),
    );

    expect(await outcome).toBe('auth microsoft.consentDeclined');
  });
});

describe('renewing', () => {
  it('answers from what is stored while it lives, without asking', async () => {
    const entra = await entraFor({ kind: 'tokens' });
    const account = microsoftAccount(entra);
    await account.signIn();
    const asked = entra.polls();

    const { token, isFresh } = await account.token();

    expect([token, isFresh, entra.polls()]).toEqual(['access-1', false, asked]);
  });

  it('stores the rotated right to renew before the new token is used', async () => {
    const entra = await entraFor({ kind: 'tokens' });
    const account = microsoftAccount(entra);
    await account.signIn();
    account.writes.length = 0;

    const { token, isFresh } = await account.token('graph', 'access-1');

    expect([token, isFresh]).toEqual(['access-2', true]);
    expect(account.writes[0]).toContain('refresh-2');
    expect(account.writes[0]).not.toContain('"token":"access-2"');
    expect(account.writes.at(-1)).toContain('"token":"access-2"');
  });

  it('goes on from the stored text in another life of the program', async () => {
    const entra = await entraFor({ kind: 'tokens' });
    const first = microsoftAccount(entra);
    await first.signIn();
    const second = microsoftAccount(entra, { state: first.state() });

    const { token } = await second.token('mail');

    expect(token).toBe('access-2');
    expect(entra.requests.at(-1)?.form['scope']).toContain(
      'https://outlook.office365.com/.default',
    );
  });

  it.each([
    [50173, 'auth microsoft.passwordChanged'],
    [700082, 'auth microsoft.expired'],
    [50076, 'auth microsoft.mfaNeeded'],
    [53003, 'auth microsoft.blockedByPolicy'],
    [65001, 'auth microsoft.adminConsent'],
    [90033, 'transient microsoft.busy'],
  ])('understands refusal %i', async (number, expected) => {
    const entra = await entraFor({ kind: 'tokens' });
    const account = microsoftAccount(entra);
    await account.signIn();
    entra.answers.splice(0, 1, { kind: 'error', error: 'invalid_grant', number });

    expect(await outcomeOf(account.token('graph', 'access-1'))).toBe(expected);
  });

  it.each<[string, EntraAnswer, string]>([
    ['away', { kind: 'page', status: 503, retryAfter: 7 }, 'transient microsoft.away'],
    ['another page', { kind: 'page', status: 200 }, 'transient microsoft.notEntra'],
    ['a reset', { kind: 'reset' }, 'transient net.reset'],
  ])('does not blame the grant for %s', async (_, answer, expected) => {
    const entra = await entraFor({ kind: 'tokens' });
    const account = microsoftAccount(entra);
    await account.signIn();
    entra.answers.splice(0, 1, answer);

    expect(await outcomeOf(account.token('graph', 'access-1'))).toBe(expected);
  });

  it('gives up on a service that says nothing', async () => {
    const clock = fakeClock();
    const entra = await entraFor({ kind: 'tokens' });
    const account = microsoftAccount(entra, { clock });
    await account.signIn();
    entra.answers.splice(0, 1, { kind: 'silence' });

    const asking = outcomeOf(account.token('graph', 'access-1'));
    await eventually(() => entra.polls() === 2);

    expect(await passing(clock, asking)).toBe('transient net.timeout');
  });

  it('takes damaged tokens for no sign-in', async () => {
    const entra = await entraFor();

    expect(await outcomeOf(microsoftAccount(entra, { state: '{"cache":' }).token())).toBe(
      'auth account.notSignedIn',
    );
  });
});
