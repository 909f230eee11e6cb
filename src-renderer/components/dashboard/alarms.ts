// What needs a hand, from the status, with the action that solves it. Pure.
import type { ErrorBody } from '#contract/error-codes';
import type { Account } from '#contract/model/account';
import type { Launcher } from '#contract/model/launcher';
import type { Connector } from '#contract/model/router';
import type { LauncherStatus } from '#contract/model/status';
import { accountOf, accountTrouble, pausedBy, refusalOf } from '../account/account-trouble.ts';
import type { TextKey } from '../../i18n/keys.ts';
import type { Tone } from '../base/tones.ts';

export type Alarm = {
  readonly id: string;
  readonly tone: Tone;
  readonly about: string;
  /** Launchers that are paused because of it. */
  readonly waiting?: readonly string[];
  /** The core's own sentence, or one of ours with its count. */
  readonly error: ErrorBody | null;
  readonly text: { readonly key: TextKey; readonly count?: number } | null;
  readonly action: { readonly key: TextKey; readonly to: string };
};

export type AlarmParts = {
  readonly statuses: readonly LauncherStatus[];
  readonly launchers: readonly Launcher[];
  readonly accounts: readonly Account[];
  readonly connectors: readonly Connector[];
  /** Messages that failed or are in doubt. */
  readonly troubledMessages: number;
  /** Messages that could not leave for now and are tried again. */
  readonly waitingMessages: number;
  readonly now: Date;
};

/** Worst first. */
export function alarmsOf(parts: AlarmParts): readonly Alarm[] {
  const found = parts.statuses.flatMap((status) => launcherAlarms(status, parts));
  const accounts = parts.accounts.flatMap((one) => accountAlarms(one, parts));
  return [...found, ...accounts, ...outboxAlarms(parts)].toSorted(
    (a, b) => Number(b.tone === 'error') - Number(a.tone === 'error'),
  );
}

/** Where the error of the last run is why the launcher is so; with a warning it delivered, and left something undone. */
const TELLING: ReadonlySet<LauncherStatus['condition']> = new Set(['error', 'waiting', 'warning']);

function launcherAlarms(status: LauncherStatus, { launchers, accounts }: AlarmParts): Alarm[] {
  const { launcherId, description, lastRun, pauseReason, condition, open } = status;
  const common = { about: description, error: null, text: null };
  const page = `/launchers/${launcherId}`;
  const alarms: Alarm[] = [];
  const launcher = launchers.find((one) => one.id === launcherId);
  if (pauseReason !== null) {
    // Told once, of its account: that is what is to be mended, whoever waits for it.
    if (!accounts.some(({ id }) => id === accountOf(launcher))) {
      const action = { key: 'window.alarm.accounts', to: '/accounts' } as const;
      alarms.push({
        ...common,
        id: `${launcherId} paused`,
        tone: 'error',
        error: pauseReason,
        action,
      });
    }
  } else if (TELLING.has(condition) && lastRun?.error) {
    const tone = condition === 'error' ? 'error' : 'warn';
    const action = { key: 'window.alarm.launcher', to: page } as const;
    alarms.push({ ...common, id: `${launcherId} run`, tone, error: lastRun.error, action });
  }
  const quarantined = open['quarantined'] ?? 0;
  if (quarantined > 0) {
    alarms.push({
      ...common,
      id: `${launcherId} quarantined`,
      tone: 'error',
      text: { key: 'window.alarm.quarantined', count: quarantined },
      action: { key: 'window.alarm.quarantine', to: '/quarantine' },
    });
  }
  const unrouted = open['unrouted'] ?? 0;
  if (unrouted > 0) {
    alarms.push({
      ...common,
      id: `${launcherId} unrouted`,
      tone: 'warn',
      text: { key: 'window.alarm.unrouted', count: unrouted },
      action: { key: 'window.alarm.affiliations', to: page },
    });
  }
  if (launcher?.enabled === true && launcher.affiliations.length === 0) {
    alarms.push({
      ...common,
      id: `${launcherId} unaffiliated`,
      tone: 'warn',
      text: { key: 'window.alarm.unaffiliated', count: 1 },
      action: { key: 'window.alarm.affiliations', to: page },
    });
  }
  return alarms;
}

function accountAlarms(
  account: Account,
  { launchers, statuses, connectors, now }: AlarmParts,
): Alarm[] {
  const isMine = (one: Launcher): boolean => one.enabled && accountOf(one) === account.id;
  const paused = pausedBy(account, { launchers, statuses });
  const trouble = accountTrouble(account, now);
  const refused = refusalOf(account, paused);
  const isUsed =
    launchers.some(isMine) || connectors.some(({ config }) => config.accountId === account.id);
  if ((trouble === null && refused === null) || !isUsed) return [];
  return [
    {
      id: `${account.id} account`,
      tone: trouble?.tone ?? 'error',
      about: account.name,
      waiting: paused.map(({ description }) => description),
      error: refused,
      text: trouble === null ? null : { key: trouble.alarm },
      action: { key: 'window.alarm.accounts', to: `/accounts/${account.id}` },
    },
  ];
}

function outboxAlarms({ troubledMessages, waitingMessages }: AlarmParts): Alarm[] {
  const alarm = (
    tone: Tone,
    { key, count, show }: { readonly key: TextKey; readonly count: number; readonly show: string },
  ): Alarm[] => {
    if (count === 0) return [];
    const action = { key: 'window.alarm.openOutbox', to: `/outbox?show=${show}` } as const;
    return [{ id: `outbox ${show}`, tone, about: '', error: null, text: { key, count }, action }];
  };
  return [
    ...alarm('error', { key: 'window.alarm.outbox', count: troubledMessages, show: 'trouble' }),
    ...alarm('warn', {
      key: 'window.alarm.outboxWaiting',
      count: waitingMessages,
      show: 'waiting',
    }),
  ];
}
