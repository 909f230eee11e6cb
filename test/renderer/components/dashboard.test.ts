import { describe, expect, it } from 'vitest';
import type { LauncherId } from '#contract/ids';
import type { Account } from '#contract/model/account';
import type { Launcher } from '#contract/model/launcher';
import type { Run } from '#contract/model/run';
import type { LauncherStatus } from '#contract/model/status';
import { alarmsOf } from '../../../src-renderer/components/dashboard/alarms.ts';
import { documentsPerDay } from '../../../src-renderer/components/dashboard/documents-per-day.ts';

const run = (startedAt: string, documents: number): Run =>
  ({ startedAt, counts: { documents, bytes: documents * 10, quarantined: 0 } }) as Run;

const status = (given: Partial<LauncherStatus>): LauncherStatus => ({
  launcherId: 'scanner' as LauncherId,
  description: 'Scanner',
  protocol: 'folder',
  condition: 'idle',
  pauseReason: null,
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

describe('documents per day', () => {
  it('adds up the runs of a local day and shows days without any as none', () => {
    const today = new Date(2026, 10, 22, 9);
    const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString();

    const days = documentsPerDay(
      [run(at(22, 8), 3), run(at(22, 0), 1), run(at(20, 23), 2)],
      3,
      today,
    );

    expect(days.map((day) => day.documents)).toEqual([2, 0, 4]);
  });
});

describe('alarms', () => {
  it('are none where all is well', () => {
    expect(alarmsOf([status({})], [affiliated], [])).toEqual([]);
  });

  it('lead a refused sign-in to the accounts, before lesser things', () => {
    const reason = { kind: 'auth', code: 'imap.signIn', params: {} } as const;
    const alarms = alarmsOf(
      [status({ pauseReason: reason, open: { unrouted: 2 } })],
      [affiliated],
      [],
    );

    expect(alarms.map(({ tone, action }) => [tone, action.to])).toEqual([
      ['error', '/accounts'],
      ['warn', '/launchers/scanner'],
    ]);
  });

  it('count what is in quarantine', () => {
    const [alarm] = alarmsOf([status({ open: { quarantined: 3 } })], [affiliated], []);

    expect(alarm?.text).toEqual({ key: 'window.alarm.quarantined', count: 3 });
  });

  it('tell a launcher that delivers nowhere', () => {
    const lonely = { ...affiliated, affiliations: [] };

    expect(alarmsOf([status({})], [lonely], [])).toHaveLength(1);
  });

  it('tell a missing secret only where a launcher needs it', () => {
    const account = { id: 'a', name: 'Courrier', hasSecret: false } as Account;
    const user = { ...affiliated, source: { accountId: 'a' } } as unknown as Launcher;

    expect(alarmsOf([], [affiliated], [account])).toEqual([]);
    expect(alarmsOf([], [user], [account])).toHaveLength(1);
  });
});
