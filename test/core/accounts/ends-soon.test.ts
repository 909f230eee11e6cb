// People hear that somebody must sign in again, or that a certificate must be replaced, before anything stops.
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { IncidentId, NoticeRuleId } from '#contract/ids';
import type { Account } from '#contract/model/account';
import { endsSoon } from '#contract/model/account';
import { NoticeRuleDraft, type NoticeRule } from '#contract/model/notice';
import { createMicrosoftProviders } from '#core/accounts/microsoft/microsoft-provider';
import { renewUntilOf, tokensOf } from '#core/accounts/oauth/oauth-tokens';
import type { LoadProvider } from '#core/accounts/providers';
import { endOf } from '#core/notices/end-of';
import type { Finding } from '#core/notices/finding';
import { findings, type LookContext } from '#core/notices/look';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { startEntra, type EntraAnswer } from '../../servers/graph/entra.ts';
import { describeWith } from '../../servers/required.ts';
import { useServer } from '../../servers/use-server.ts';
import { makeAccounts } from './make-accounts.ts';

const RULE: NoticeRule = {
  ...NoticeRuleDraft.parse({ event: { kind: 'signIn' } }),
  ...{ id: NoticeRuleId.parse('rule'), createdAt: '', changedAt: '' },
};
const OPEN = {
  ...{ id: IncidentId.parse(1), ruleId: RULE.id, kind: 'signIn' },
  ...{ openedAt: '', lastSeenAt: '', closedAt: null, toldAt: null, outboxIds: [], untold: false },
};

const dir = useTempDir();
const entra = useServer(startEntra);
const DAY_MS = 86_400_000;
const NOW = new Date('2026-01-05T08:00:00.000Z');
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS).toISOString();

const account = (renewUntil: string | null, method: Account['method'] = 'microsoft') => ({
  method,
  signedIn: {
    ...{ user: '', signedInAt: inDays(-100), lastRefreshAt: null, accessUntil: null },
    ...{ refused: null, renewUntil },
  },
});

it.each([
  ['two weeks before a sign-in ends', account(inDays(13)), true],
  ['not earlier', account(inDays(15)), false],
  ['a month before a certificate does', account(inDays(29), 'microsoftApp'), true],
  ['not earlier than that', account(inDays(31), 'microsoftApp'), false],
  ['never where no end is known', account(null), false],
])('tells %s', (_, given, expected) => {
  expect(endsSoon(given, NOW)).toBe(expected);
});

it('tells half way where a sign-in never lasts long', () => {
  const { signedIn } = account(inDays(7));
  const weekly = { method: 'google', signedIn: { ...signedIn, signedInAt: inDays(0) } } as const;

  expect(endsSoon(weekly, new Date(inDays(3)))).toBe(false);
  expect(endsSoon(weekly, new Date(inDays(4)))).toBe(true);
});

it.each<[string, object, number | null, string | null]>([
  ['as the provider says', { refresh_token_expires_in: 604_800 }, 180, inDays(7)],
  ['in the words of Keycloak', { refresh_expires_in: 2_592_000 }, null, inDays(30)],
  ['by the rule of the provider', {}, 180, inDays(180)],
  ['not by a session that use keeps alive', { refresh_expires_in: 1800 }, null, null],
  ['not where nobody tells', {}, null, null],
])('knows until when the right to renew lasts: %s', (_, told, idleDays, expected) => {
  const tokens = tokensOf({ access_token: 'a', refresh_token: 'r', ...told }, NOW, null);

  expect(renewUntilOf(tokens, idleDays)).toBe(expected);
});

it('keeps the end of a right to renew that no answer repeats, and forgets it with the token', () => {
  const answer = { access_token: 'a', refresh_token: 'r' };
  const first = tokensOf({ ...answer, refresh_token_expires_in: 604_800 }, NOW, null);

  const later = tokensOf({ access_token: 'b' }, new Date(inDays(1)), first);
  const rotated = tokensOf({ ...answer, refresh_token: 'other' }, new Date(inDays(1)), first);

  expect(renewUntilOf(later, 180)).toBe(inDays(7));
  expect(renewUntilOf(rotated, 180)).toBe(inDays(181));
});

async function setUp(method: 'microsoft' | 'microsoftApp', secret?: string) {
  const { person, application } = createMicrosoftProviders(entra());
  const load: LoadProvider = (wanted) =>
    Promise.resolve(wanted === 'microsoft' ? person : application);
  const accounts = makeAccounts(dir(), load);
  const oauth = { clientId: 'client', tenant: 'mairie.example' };
  const draft = { name: 'Exchange', user: entra().user, method, oauth };
  await accounts.save({ ...draft, ...(secret === undefined ? {} : { secret }) });
  const { clock } = accounts.ports;
  // MSAL reads the time of the machine.
  await clock.advance(Date.now() - NOW.getTime());
  const { signal } = new AbortController();
  const look = (): LookContext => ({
    ...{ store: accounts.store, dataDir: dir(), now: clock.now() },
    ...{ failures: new Map(), troubles: new Map() },
  });
  return {
    ...accounts,
    clock,
    answers: (...answers: EntraAnswer[]) => entra().answers.splice(0, Infinity, ...answers),
    token: () => accounts.tokens.credentials(accounts.id, signal, 'graph'),
    alarms: () => findings({ kind: 'signIn' }, look()),
    ends: (incident: Finding) =>
      endOf(RULE, { ...OPEN, ...incident, launcherId: null, accountId: accounts.id }, look()),
  };
}

it('raises the alarm of a Microsoft account that could not be renewed for weeks', async () => {
  const accounts = await setUp('microsoft');
  accounts.answers({ kind: 'tokens' });
  const started = await accounts.start('deviceCode');
  expect(await accounts.ended(started)).toMatchObject({ state: 'done' });
  await accounts.clock.advance(DAY_MS);
  await accounts.token();
  const until = new Date(accounts.clock.now().getTime() + 90 * DAY_MS).toISOString();
  expect(accounts.account().signedIn).toMatchObject({ renewUntil: until, user: entra().user });
  expect(await accounts.alarms()).toEqual([]);

  accounts.answers({ kind: 'page', status: 503 });
  await accounts.clock.advance(77 * DAY_MS);
  await expect(accounts.token()).rejects.toMatchObject({ code: 'microsoft.away' });

  const params = { account: 'Exchange', until };
  const [soon] = await accounts.alarms();
  expect(soon).toMatchObject({ code: 'accountEndsSoon', params });

  // Once it has ended, the warning is not over: that would be told as a recovery.
  accounts.answers({ kind: 'error', error: 'invalid_grant', number: 700082 });
  await expect(accounts.token()).rejects.toMatchObject({ kind: 'auth' });
  expect(await accounts.alarms()).toMatchObject([{ code: 'accountSignIn' }]);
  expect(await accounts.ends(soon!)).toEqual({ kind: 'unknown' });
  accounts.store.accounts.delete(accounts.id);
  expect(await accounts.ends(soon!)).toMatchObject({ code: 'accountDeleted' });
});

it('renews an idle Microsoft account with the permission that every sign-in has', async () => {
  const accounts = await setUp('microsoft');
  accounts.answers({ kind: 'tokens' });
  await accounts.ended(await accounts.start('deviceCode'));
  const before = entra().polls();
  accounts.keepSignedIn();

  await accounts.clock.advance(6 * DAY_MS + 300_000);
  await expect.poll(() => entra().polls()).toBe(before + 1);

  const { form } = entra().requests.at(-1)!;
  expect(form['scope']).toContain('https://graph.microsoft.com/.default');
});

it('pauses an account whose consent was withdrawn: somebody must sign in again', async () => {
  const accounts = await setUp('microsoft');
  accounts.answers({ kind: 'tokens' });
  await accounts.ended(await accounts.start('deviceCode'));
  await accounts.clock.advance(DAY_MS);
  accounts.answers({ kind: 'error', error: 'invalid_grant', number: 65001 });

  await expect(accounts.token()).rejects.toMatchObject({ kind: 'auth' });

  expect(accounts.account().signedIn?.refused?.code).toBe('microsoft.adminConsent');
  expect(await accounts.alarms()).toMatchObject([{ code: 'accountSignIn' }]);
});

describeWith(['openssl'], 'the certificate of an application', () => {
  const pem = (days: number): string => {
    const kind = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=lanceur'];
    return execFileSync('openssl', [...kind, '-days', `${days}`, '-keyout', '-', '-out', '-'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  };

  it('raises the alarm a month before it ends, and a new one ends it', async () => {
    const [old, fresh] = [pem(3650), pem(5000)];
    const endsAt = new X509Certificate(old).validToDate;
    const accounts = await setUp('microsoftApp', old);
    accounts.answers({ kind: 'tokens' });
    await accounts.clock.advance(endsAt.getTime() - 60 * DAY_MS - Date.now());
    await accounts.token();
    expect(accounts.account().signedIn?.renewUntil).toBe(endsAt.toISOString());
    expect(await accounts.alarms()).toEqual([]);

    await accounts.clock.advance(31 * DAY_MS);
    const params = { until: endsAt.toISOString() };
    expect(await accounts.alarms()).toMatchObject([{ code: 'certificateEndsSoon', params }]);

    const { method, name, user, oauth } = accounts.account();
    await accounts.save({ method, name, user, oauth, secret: fresh });
    expect(await accounts.alarms()).toEqual([]);
    await accounts.token();
    const { validToDate } = new X509Certificate(fresh);
    expect(accounts.account().signedIn?.renewUntil).toBe(validToDate.toISOString());
  });

  it('is tried again after a refusal: what was wrong is put right with Microsoft', async () => {
    const accounts = await setUp('microsoftApp', pem(3650));
    accounts.answers({ kind: 'error', error: 'invalid_grant', number: 53003 });
    await expect(accounts.token()).rejects.toMatchObject({ kind: 'auth' });
    expect(accounts.account().signedIn?.refused).not.toBeNull();

    accounts.answers({ kind: 'tokens' });

    expect(await accounts.token()).toMatchObject({ method: 'token' });
    expect(accounts.account().signedIn?.refused).toBeNull();
  });
});
