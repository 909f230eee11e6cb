// The alarms: looks at every rule once a minute and after what may have changed something, keeps the incidents, and has
// people told. A rule writes at most one mail in ten minutes; what comes in between goes with the next, for the book
// of incidents, not this process, remembers what is still to be told.
import { events } from '#contract/events';
import type { LauncherId, NoticeRuleId, OutboxId } from '#contract/ids';
import type { NoticeRule } from '#contract/model/notice';
import { background } from '../background.ts';
import type { Emitter } from '../emitter.ts';
import { ConfigError, toAppError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { Router } from '../router/create-router.ts';
import type { OpenIncident } from '../store/notice-repo.ts';
import type { Store } from '../store/store.ts';
import { loadTexts, ownLanguage } from '../texts/load-texts.ts';
import { endOf } from './end-of.ts';
import { countRun, type Failing, recallFailing } from './failing.ts';
import { type Booked, bookFindings } from './incident-book.ts';
import { findings, type LookContext } from './look.ts';
import { summaryDue, writeSummary } from './summary.ts';
import { mail, type News, tell } from './tell.ts';

export interface Notices {
  start(): void;
  stop(): Promise<void>;
  /** One look at all rules; for tests and for whoever cannot wait. */
  look(): Promise<void>;
  /** An example of what the rule would tell. Throws ConfigError `notice.missing`. */
  test(id: NoticeRuleId): Promise<OutboxId | null>;
}

export type NoticesParts = {
  readonly ports: Ports;
  readonly store: Store;
  readonly emitter: Emitter;
  readonly router: Pick<Router, 'outbox' | 'takeIn' | 'desk'>;
};

const LOOK_MS = 60_000;
/** After an event: several come together. */
const SETTLE_MS = 2000;
const MAIL_MS = 10 * 60_000;
const DAY_MS = 24 * 3_600_000;
const KEEP_DAYS = 365;

export function createNotices({ ports, store, emitter, router }: NoticesParts): Notices {
  const { clock } = ports;
  const logger = ports.logger.child('notices');
  const { notifier } = ports;
  const parts = { store, takeIn: router.takeIn, outbox: router.outbox, notifier, logger };
  let failures = new Map<LauncherId, Failing>();
  const mailedAt = new Map<NoticeRuleId, number>();
  let tidiedAtMs = Number.NEGATIVE_INFINITY;
  const stopped = new AbortController();
  let nap = new AbortController();
  let running: Promise<void> | undefined;

  const unsubscribe = emitter.on((name, payload) => {
    if (name === 'run.ended') {
      countRun(failures, events['run.ended'].parse(payload).run);
    }
    if (name === 'run.ended' || name === 'configuration.changed' || name === 'signIn.changed')
      nap.abort();
  });

  const lookAt = async (rule: NoticeRule): Promise<void> => {
    const now = clock.now();
    if (rule.event.kind === 'dailySummary') return summarize(rule, now);
    const context: LookContext = {
      ...{ store, now, dataDir: ports.paths.dataDir, failures },
      troubles: router.desk.troubles(),
    };
    const found = await findings(rule.event, context);
    const changes = bookFindings(store.notices, rule, { found, now });
    const over = await conclude(rule, changes.gone, context);
    if (changes.isNew) emitter.emit('notices.changed', {});
    const opened = changes.opened.map((one) => pending('opened', one));
    const lasting = changes.lasting.map((one) => pending('lasting', one));
    const all = [...opened, ...lasting, ...over];
    const last = mailedAt.get(rule.id) ?? Number.NEGATIVE_INFINITY;
    if (all.length === 0 || clock.monotonicMs() - last < MAIL_MS) return;
    const news = all.filter((one) => one.isToBeTold).map((one) => one.news);
    if (news.length > 0) mailedAt.set(rule.id, clock.monotonicMs());
    const texts = await loadTexts(ownLanguage(store.settings.get()));
    const outboxId = await tell(parts, rule, { news, texts });
    for (const { incident, isToBeTold } of all) {
      if (isToBeTold) store.notices.told(incident.id, now.toISOString(), outboxId);
    }
    for (const { incident, news: end } of over) {
      store.notices.close(incident.id, end.params, now.toISOString());
    }
    emitter.emit('notices.changed', {});
  };

  /** What is over, and how; what nobody can know stays open. */
  const conclude = async (
    rule: NoticeRule,
    gone: readonly OpenIncident[],
    context: LookContext,
  ): Promise<Pending[]> => {
    const all: Pending[] = [];
    for (const incident of gone) {
      const end = await endOf(rule, incident, context);
      if (end.kind === 'unknown') continue;
      const how = end.kind === 'ended' ? { ...end.params, ended: end.code } : {};
      const params = { ...incident.params, ...how };
      const isSilent = end.kind === 'ended' && end.code === 'messagesStay';
      const isToBeTold = incident.toldAt !== null && !isSilent;
      all.push({ ...pending('closed', { incident: { ...incident, params } }), isToBeTold });
    }
    return all;
  };

  const summarize = async (rule: NoticeRule, now: Date): Promise<void> => {
    if (rule.event.kind !== 'dailySummary') return;
    const memory = store.notices.memory(rule.id);
    const day = summaryDue(rule.event, memory['day'], now);
    if (day === null) return;
    const texts = await loadTexts(ownLanguage(store.settings.get()));
    const since = new Date(memory['at'] ?? now.getTime() - 24 * 3_600_000);
    // Before it is written: a summary that is lost is better than one every minute.
    store.notices.remember(rule.id, { day, at: now.toISOString() });
    const summary = writeSummary(store, texts, { since, now });
    if (rule.mail.enabled) await mail(parts, rule, summary);
    if (rule.desktop) {
      const { subject } = summary;
      ports.notifier.notify('notice.opened', { text: subject, event: rule.event.kind, subject });
    }
  };

  const tidy = (): void => {
    const now = clock.now().getTime();
    if (now - tidiedAtMs < DAY_MS) return;
    tidiedAtMs = now;
    store.notices.prune(new Date(now - KEEP_DAYS * DAY_MS).toISOString());
  };

  const lookOnce = async (): Promise<void> => {
    tidy();
    for (const rule of store.notices.list()) {
      if (!rule.enabled) continue;
      try {
        await lookAt(rule);
      } catch (thrown) {
        // One rule that cannot be looked at keeps no other from it.
        const error = toAppError(thrown);
        logger.log('error', error.code, { rule: rule.id, message: error.message });
      }
    }
  };
  const look = (): Promise<void> =>
    (running ??= lookOnce().finally(() => {
      running = undefined;
    }));

  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      nap = new AbortController();
      // A store that fails now may be better in a minute.
      await look().catch((thrown: unknown) => {
        const error = toAppError(thrown);
        logger.log('error', error.code, { message: error.message });
      });
      await clock
        .sleep(LOOK_MS, AbortSignal.any([nap.signal, stopped.signal]))
        .catch(() => undefined);
      await clock.sleep(SETTLE_MS, stopped.signal).catch(() => undefined);
    }
  };

  return {
    start: () => {
      failures = recallFailing(store);
      background(loop(), logger);
    },
    stop: async () => {
      stopped.abort();
      unsubscribe();
      await running;
    },
    look,
    async test(id) {
      const rule = store.notices.get(id);
      if (rule === undefined) throw new ConfigError('notice.missing', { id });
      const texts = await loadTexts(ownLanguage(store.settings.get()));
      const at = clock.now().toISOString();
      const news: News = {
        kind: 'opened',
        code: 'test',
        params: {},
        subject: 'test',
        openedAt: at,
        connectorIds: [],
        accountId: null,
      };
      return tell(parts, rule, { news: [news], texts });
    },
  };
}

type Pending = {
  readonly incident: OpenIncident;
  readonly news: News;
  /** The end of what nobody was told of is told to nobody. */
  readonly isToBeTold: boolean;
};

function pending(kind: News['kind'], { incident, finding }: Booked): Pending {
  const { code, params, subject, openedAt, accountId } = incident;
  const connectorIds = finding?.connectorIds ?? [];
  const news = { kind, code, params, subject, openedAt, connectorIds, accountId };
  return { incident, news, isToBeTold: true };
}
