import { describe, expect, it } from 'vitest';
import type { LauncherId } from '#contract/ids';
import type { Account } from '#contract/model/account';
import type { Launcher } from '#contract/model/launcher';
import type { LauncherStatus } from '#contract/model/status';
import { type AlarmParts, alarmsOf } from '../../../src-renderer/components/dashboard/alarms.ts';
import { toDay } from '../../../src-renderer/components/dashboard/documents-per-day.ts';

const status = (given: Partial<LauncherStatus>): LauncherStatus => ({
  launcherId: 'scanner' as LauncherId,
  description: 'Scanner',
  protocol: 'folder',
  condition: 'idle',
  pauseReason: null,
  pausedUntil: null,
  nextRunAt: null,
  lastLookAt: null,
  lastRun: null,
  open: {},
  ...given,
});
const affiliated = {
  id: 'scanner',
  enabled: true,
  affiliations: [{}],
  source: {},
} as unknown as Launcher;

const alarms = (given: Partial<AlarmParts>) =>
  alarmsOf({
    ...{ statuses: [], launchers: [], accounts: [], connectors: [] },
    ...{ troubledMessages: 0, waitingMessages: 0 },
    now: new Date('2026-11-22T10:00:00Z'),
    ...given,
  });

describe('a day of the chart', () => {
  it('is the local day that the core names', () => {
    const day = toDay({ day: '2026-11-02', documents: 3, bytes: 30 });

    expect(day).toEqual({ date: new Date(2026, 10, 2), documents: 3, bytes: 30 });
  });
});

describe('alarms', () => {
  it('are none where all is well', () => {
    expect(alarms({ statuses: [status({})], launchers: [affiliated], accounts: [] })).toEqual([]);
  });

  it('tell what a run left undone, though it delivered', () => {
    const error = { kind: 'transient', code: 'pop.refused', params: {} } as const;
    const lastRun = { outcome: 'warnings', error } as LauncherStatus['lastRun'];
    const found = alarms({ statuses: [status({ condition: 'warning', lastRun })] });

    expect(found).toMatchObject([{ tone: 'warn', error, action: { to: '/launchers/scanner' } }]);
  });

  it('lead a refused sign-in to the accounts, before lesser things', () => {
    const reason = { kind: 'auth', code: 'imap.signIn', params: {} } as const;
    const found = alarms({
      statuses: [status({ pauseReason: reason, open: { unrouted: 2 } })],
      launchers: [affiliated],
      accounts: [],
    });

    expect(found.map(({ tone, action }) => [tone, action.to])).toEqual([
      ['error', '/accounts'],
      ['warn', '/launchers/scanner'],
    ]);
  });

  it('count what is in quarantine', () => {
    const [alarm] = alarms({
      statuses: [status({ open: { quarantined: 3 } })],
      launchers: [affiliated],
      accounts: [],
    });

    expect(alarm?.text).toEqual({ key: 'window.alarm.quarantined', count: 3 });
  });

  it('tell a launcher that delivers nowhere', () => {
    const lonely = { ...affiliated, affiliations: [] };

    expect(alarms({ statuses: [status({})], launchers: [lonely], accounts: [] })).toHaveLength(1);
  });

  it('tell a missing secret only where a launcher needs it', () => {
    const account = {
      ...{ id: 'a', name: 'Courrier', method: 'password', hasSecret: false, signedIn: null },
    } as Account;
    const user = { ...affiliated, source: { accountId: 'a' } } as unknown as Launcher;

    expect(alarms({ statuses: [], launchers: [affiliated], accounts: [account] })).toEqual([]);
    expect(alarms({ statuses: [], launchers: [user], accounts: [account] })).toHaveLength(1);
  });

  it('tell of messages that could not leave for now, after those that need somebody', () => {
    const found = alarms({ troubledMessages: 1, waitingMessages: 30 });

    expect(found.map(({ tone, text, action }) => [tone, text, action.to])).toEqual([
      ['error', { key: 'window.alarm.outbox', count: 1 }, '/outbox?show=trouble'],
      ['warn', { key: 'window.alarm.outboxWaiting', count: 30 }, '/outbox?show=waiting'],
    ]);
  });

  it('tell messages that somebody must decide on, with the way to them', () => {
    const [alarm] = alarms({ troubledMessages: 2 });

    expect(alarm?.action.to).toBe('/outbox?show=trouble');
  });

  it.each([
    ['microsoft', 'window.alarm.account.endsSoon'],
    ['microsoftApp', 'window.alarm.account.certificateEndsSoon'],
  ])('tell that the right of an account to renew ends soon: %s', (method, key) => {
    const at = { signedInAt: '2026-01-01T10:00:00Z', renewUntil: '2026-11-25T10:00:00Z' };
    const signedIn = { refused: null, ...at };
    const account = { id: 'a', name: 'Compta', method, hasSecret: true, signedIn };
    const user = { ...affiliated, source: { accountId: 'a' } } as unknown as Launcher;
    const [alarm] = alarms({ launchers: [user], accounts: [account as unknown as Account] });

    expect(alarm).toMatchObject({ tone: 'warn', text: { key } });
  });

  it('tell a refused account once, with all launchers that wait for it', () => {
    const pauseReason = { kind: 'auth', code: 'microsoft.adminConsent', params: {} } as const;
    const user = (id: string): Launcher =>
      ({ ...affiliated, id, source: { accountId: 'a' } }) as unknown as Launcher;
    const paused = (id: string) =>
      status({ launcherId: id as LauncherId, description: id.toUpperCase(), pauseReason });
    const signedIn = { refused: pauseReason, renewUntil: null };
    const given = {
      statuses: [paused('one'), paused('two'), status({})],
      launchers: [user('one'), user('two'), affiliated],
    };

    for (const account of [
      { id: 'a', name: 'Compta', method: 'microsoft', signedIn },
      { id: 'a', name: 'Compta', method: 'password', hasSecret: true, signedIn: null },
    ]) {
      const found = alarms({ ...given, accounts: [account as unknown as Account] });

      expect(found).toMatchObject([
        { tone: 'error', about: 'Compta', error: pauseReason, waiting: ['ONE', 'TWO'] },
      ]);
      expect(found[0]?.action.to).toBe('/accounts/a');
    }
  });
});
