// The alarms: looks at every rule once a minute and after what may have changed something. What a look does is
// `watch-rule.ts`.
import { events } from '#contract/events';
import type { LauncherId, NoticeRuleId, OutboxId } from '#contract/ids';
import type { NoticeRule, Untold } from '#contract/model/notice';
import { background } from '../background.ts';
import type { Emitter } from '../emitter.ts';
import { ConfigError, toAppError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { Router } from '../router/create-router.ts';
import type { Store } from '../store/store.ts';
import { loadTexts, ownLanguage } from '../texts/load-texts.ts';
import { countRun, type Failing, recallFailing } from './failing.ts';
import { letterOf, mail, type News, tellDesktop } from './tell.ts';
import { createUntoldBook } from './untold.ts';
import { type WatchParts, watchRule } from './watch-rule.ts';

export interface Notices {
  start(): void;
  stop(): Promise<void>;
  /** One look at all rules; for tests and for whoever cannot wait. */
  look(): Promise<void>;
  /** What keeps a rule from writing a mail just now. */
  readonly untold: (id: NoticeRuleId) => Untold | null;
  /** An example of what the rule would tell. Throws ConfigError `notice.missing`, and why no mail can be written. */
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
const DAY_MS = 24 * 3_600_000;
const KEEP_DAYS = 365;

export function createNotices({ ports, store, emitter, router }: NoticesParts): Notices {
  const { clock } = ports;
  const logger = ports.logger.child('notices');
  const { notifier } = ports;
  const parts = { store, takeIn: router.takeIn, outbox: router.outbox, notifier, logger };
  let failures = new Map<LauncherId, Failing>();
  const untold = createUntoldBook(clock);
  const watch: WatchParts = {
    ...{ tellParts: parts, store, clock, emitter, untold },
    ...{ shown: new Set<string>(), toldAtMs: new Map<NoticeRuleId, number>() },
  };
  let tidiedAtMs = Number.NEGATIVE_INFINITY;
  const stopped = new AbortController();
  let nap = new AbortController();
  let running: Promise<void> | undefined;

  const unsubscribe = emitter.on((name, payload) => {
    if (name === 'run.ended') {
      countRun(failures, events['run.ended'].parse(payload).run);
    }
    if (name === 'configuration.changed') untold.forgive();
    if (name === 'run.ended' || name === 'configuration.changed' || name === 'signIn.changed')
      nap.abort();
  });

  const lookAt = (rule: NoticeRule): Promise<void> =>
    watchRule(watch, rule, {
      ...{ store, now: clock.now(), dataDir: ports.paths.dataDir, failures },
      troubles: router.desk.troubles(),
    });

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
    untold: untold.of,
    async test(id) {
      const rule = store.notices.get(id);
      if (rule === undefined) throw new ConfigError('notice.missing', { id });
      const texts = await loadTexts(ownLanguage(store.settings.get()));
      const news: News = {
        kind: 'opened',
        code: 'test',
        params: {},
        subject: 'test',
        openedAt: clock.now().toISOString(),
        foundUntil: null,
        connectorIds: [],
        accountId: null,
      };
      tellDesktop(parts, rule, { news: [news], texts });
      const mailed = await mail(parts, rule, {
        write: () => letterOf(texts, rule, [news]),
        once: '',
      });
      if (mailed.kind === 'failed') throw mailed.error;
      return mailed.kind === 'written' ? mailed.outboxId : null;
    },
  };
}
