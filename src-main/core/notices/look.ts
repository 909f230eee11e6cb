// What is wrong just now by one rule. Reads the store and the disks; remembers nothing. What several rules could tell
// is told by one of them: a sign-in that is needed is neither a launcher that fails nor mail that waits.
import { ErrorBody } from '#contract/error-codes';
import type { ConnectorId, LauncherId } from '#contract/ids';
import type { Launcher } from '#contract/model/launcher';
import type { NoticeEvent } from '#contract/model/notice';
import { assertNever } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Failing } from './failing.ts';
import { errorParams, type Finding } from './finding.ts';
import { lowDisks, watchedFolders } from './low-disks.ts';
import { signIns } from './sign-ins.ts';
import {
  dayKey,
  type DayCounts,
  HISTORY_DAYS,
  isToldSilence,
  judgeSilence,
  learn,
  typicalDay,
} from './silence.ts';

export type LookContext = {
  readonly store: Store;
  readonly now: Date;
  readonly dataDir: string;
  readonly failures: ReadonlyMap<LauncherId, Failing>;
  /** Connectors that failed, until one of their messages gets through or their settings change. */
  readonly troubles: ReadonlyMap<ConnectorId, ErrorBody>;
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export async function findings(event: NoticeEvent, context: LookContext): Promise<Finding[]> {
  switch (event.kind) {
    case 'launcherFailed':
      return concerned(event.launcherIds, context).flatMap((one) =>
        failed(one, event.times, context),
      );
    case 'signIn':
      return signIns(context);
    case 'quarantine':
      return concerned(event.launcherIds, context).flatMap((one) =>
        quarantine(one, event.atLeast, context),
      );
    case 'silence':
      return concerned(event.launcherIds, context)
        .filter((one) => one.enabled && !one.paused)
        .flatMap((one) => silent(one, event, context));
    case 'incompleteEnvelope':
      return concerned(event.launcherIds, context).flatMap((one) =>
        incomplete(one, event.afterMinutes, context),
      );
    case 'diskLow':
      return lowDisks(event.minFreeBytes, watchedFolders(context));
    case 'outbox':
      return stuck(event.waitingMinutes, context);
    case 'dailySummary':
      return [];
    default:
      return assertNever(event);
  }
}

function concerned(ids: readonly LauncherId[], { store }: LookContext): Launcher[] {
  return store.launchers.list().filter((one) => ids.length === 0 || ids.includes(one.id));
}

const place = (launcher: Launcher) => ({
  key: launcher.id,
  subject: launcher.description,
  launcherId: launcher.id,
});

const tellsSignIns = ({ store }: LookContext): boolean =>
  store.notices.list().some((rule) => rule.enabled && rule.event.kind === 'signIn');

/** A source or target that is away is given as many minutes as runs: short outages heal themselves. */
function failed(launcher: Launcher, times: number, context: LookContext): Finding[] {
  const { failures, now } = context;
  const found = failures.get(launcher.id);
  if (!launcher.enabled || found === undefined || found.times < times) return [];
  if (found.error?.kind === 'auth' && tellsSignIns(context)) return [];
  const isLong = now.getTime() - Date.parse(found.since) >= times * 60_000;
  if (found.failed < times && !isLong) return [];
  const params = {
    ...errorParams(found.error),
    launcher: launcher.description,
    times: found.times,
  };
  return [{ ...place(launcher), code: 'launcherFailed', params }];
}

function quarantine(launcher: Launcher, atLeast: number, { store }: LookContext): Finding[] {
  const count = store.items.openCounts(launcher.id)['quarantined'] ?? 0;
  if (count < atLeast) return [];
  return [
    { ...place(launcher), code: 'quarantine', params: { launcher: launcher.description, count } },
  ];
}

function silent(
  launcher: Launcher,
  event: Extract<NoticeEvent, { kind: 'silence' }>,
  { store, now }: LookContext,
): Finding[] {
  const { lastAt, learnt } = memoryOf(launcher, store, now);
  const since = new Date(lastAt ?? launcher.createdAt);
  const params = { launcher: launcher.description, since: since.toISOString() };
  if (event.mode === 'told') {
    if (!isToldSilence(event, { lastAt: since, now })) return [];
    return [{ ...place(launcher), code: 'silenceTold', params: { ...params, hours: event.hours } }];
  }
  const verdict = judgeSilence(learnt, event.opening, { lastAt: since, now });
  if (!verdict.isSilent) return [];
  const usual = { typical: typicalDay(learnt), expected: verdict.expected };
  return [{ ...place(launcher), code: 'silenceLearnt', params: { ...params, ...usual } }];
}

/** What a launcher's history says. */
export function memoryOf(launcher: Launcher, store: Store, now: Date) {
  const since = new Date(now.getTime() - HISTORY_DAYS * DAY_MS).toISOString();
  const counts = new Map<string, number>();
  for (const { at, count } of store.noticeFacts.deliveredByHour(launcher.id, since)) {
    const day = dayKey(new Date(at));
    counts.set(day, (counts.get(day) ?? 0) + count);
  }
  const lastAt = store.noticeFacts.lastDelivered(launcher.id);
  const byDay: DayCounts = counts;
  return { lastAt, learnt: learn(byDay, new Date(launcher.createdAt), now) };
}

function incomplete(
  launcher: Launcher,
  afterMinutes: number,
  { store, now }: LookContext,
): Finding[] {
  const before = new Date(now.getTime() - afterMinutes * 60_000).toISOString();
  const { count, oldest, title } = store.noticeFacts.incomplete(launcher.id, before);
  if (count === 0) return [];
  const params = { launcher: launcher.description, count, since: oldest ?? '', title: title ?? '' };
  return [{ ...place(launcher), code: 'incompleteEnvelope', params }];
}

function stuck(waitingMinutes: number, context: LookContext): Finding[] {
  const { store, now } = context;
  const isTold = tellsSignIns(context);
  const before = new Date(now.getTime() - waitingMinutes * 60_000).toISOString();
  const since = new Date(now.getTime() - DAY_MS).toISOString();
  return store.noticeFacts.stuck(since, before).flatMap((row): Finding[] => {
    const reason = row.reason === null ? null : ErrorBody.parse(JSON.parse(row.reason));
    if (row.state === 'waiting' && reason?.kind === 'auth' && isTold) return [];
    const params = { ...errorParams(reason), connector: row.connectorName, count: row.count };
    const key = `${row.state}:${row.connectorId ?? ''}`;
    const isAway = row.state === 'waiting' || reason?.kind === 'config' || reason?.kind === 'auth';
    const code =
      row.state === 'waiting'
        ? 'outboxWaiting'
        : row.state === 'unknown'
          ? 'outboxUnknown'
          : row.connectorId === null
            ? 'outboxNotMadeUp'
            : 'outboxFailed';
    const connectorIds = isAway && row.connectorId !== null ? [row.connectorId] : [];
    return [{ key, subject: row.connectorName, params, code, connectorIds }];
  });
}
