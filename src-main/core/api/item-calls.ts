// Calls on items, on the history, and on filters and schedules as their testers ask.
import type { ItemId } from '#contract/ids';
import type { CoreParts } from '../core-parts.ts';
import { ConfigError } from '../errors.ts';
import { describeFilter } from '../filter/describe-filter.ts';
import { exportHistory } from '../journal/export-csv.ts';
import { checkSchedule } from '../schedule/check-schedule.ts';
import { describeRule } from '../schedule/describe-rule.ts';
import { nextInstants } from '../schedule/next-instant.ts';
import { loadTexts, ownLanguage } from '../texts/load-texts.ts';
import type { Handlers } from './handlers.ts';

type Names =
  | 'items.list'
  | 'items.searchRest'
  | 'items.get'
  | 'items.retry'
  | 'items.replay'
  | 'items.retryMany'
  | 'items.dismiss'
  | 'history.export'
  | 'filter.test'
  | 'schedule.next';

export function itemCalls(parts: CoreParts): Handlers<Names> {
  const { store, ports } = parts;
  const item = (id: ItemId) => {
    const found = store.items.get(id);
    if (found === undefined) throw new ConfigError('item.missing', { id });
    return found;
  };
  const note = (id: ItemId, code: 'item.retried' | 'item.replayed' | 'item.dismissed') => {
    const found = item(id);
    parts.known.forget(found.launcherId);
    const at = ports.clock.now().toISOString();
    const { title, launcherId } = found;
    store.journal.add({ at, level: 'info', code, params: { title }, launcherId, itemId: id });
    return found;
  };
  /** Open again: the next listing must offer it, however little is new at the source. */
  const reopen = (id: ItemId, code: 'item.retried' | 'item.replayed', done: boolean) => {
    const { state } = item(id);
    if (!done) throw new ConfigError('item.notOpenable', { id, state: `itemState.${state}` });
    const opened = note(id, code);
    parts.emitter.emit('status.changed', {});
    return opened;
  };
  /** One transaction for all; those that cannot be changed are passed over. */
  const many = (
    ids: readonly ItemId[],
    code: 'item.retried' | 'item.dismissed',
    change: (id: ItemId, at: string) => boolean,
  ) => {
    const at = ports.clock.now().toISOString();
    const changed = store.atomically(() =>
      ids.filter((id) => {
        const done = change(id, at);
        if (done) note(id, code);
        return done;
      }),
    );
    parts.emitter.emit('status.changed', {});
    return { count: changed.length };
  };

  return {
    'items.list': async (query, signal) => {
      if (query.text !== undefined) await parts.housekeeping.gatherNow(signal);
      return store.items.list(query);
    },
    'items.searchRest': () => ({ left: store.search.left() }),
    'items.get': ({ id }) => item(id),
    'items.retry': ({ id }) => {
      const at = ports.clock.now().toISOString();
      const isAtWork = parts.engine.running(item(id).launcherId) !== undefined;
      const done = store.items.retry(id, at) || (!isAtWork && store.items.retryCut(id, at));
      return reopen(id, 'item.retried', done);
    },
    'items.replay': ({ id }) =>
      reopen(id, 'item.replayed', store.items.replay(id, ports.clock.now().toISOString())),
    'items.retryMany': ({ ids }) => many(ids, 'item.retried', store.items.retry),
    'items.dismiss': ({ ids }) => many(ids, 'item.dismissed', store.items.dismiss),
    'history.export': async ({ path, launcherId }) => {
      const texts = await loadTexts(ownLanguage(store.settings.get()));
      return { rows: await exportHistory(store, path, launcherId, texts) };
    },
    'filter.test': async ({ filter, names }, signal) => ({
      verdicts: [...(await parts.filter.judge(filter, names, signal))],
      analysis: await describeFilter(filter, parts.filter, signal),
    }),
    'schedule.next': ({ schedule, count }) => {
      const now = ports.clock.now();
      const parsed = checkSchedule(schedule, now);
      return {
        instants: nextInstants(parsed, now.getTime(), count).map((at) => at.toISOString()),
        words: parsed.map((rule) => [...describeRule(rule)]),
      };
    },
  };
}
