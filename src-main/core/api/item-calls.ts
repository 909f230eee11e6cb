// Calls on items, on the history, and on filters and schedules as their testers ask.
import type { ItemId } from '#contract/ids';
import type { CoreParts } from '../core-parts.ts';
import { ConfigError } from '../errors.ts';
import { describeFilter } from '../filter/describe-filter.ts';
import { exportHistory } from '../journal/export-csv.ts';
import { checkSchedule } from '../schedule/check-schedule.ts';
import { describeRule } from '../schedule/describe-rule.ts';
import { nextInstants } from '../schedule/next-instant.ts';
import type { Handlers } from './handlers.ts';

type Names =
  | 'items.list'
  | 'items.get'
  | 'items.retry'
  | 'items.replay'
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
  /** Open again: the next listing must offer it, however little is new at the source. */
  const reopen = (id: ItemId, code: 'item.retried' | 'item.replayed', done: boolean) => {
    const found = item(id);
    if (!done) throw new ConfigError('item.notOpenable', { id, state: `itemState.${found.state}` });
    parts.known.forget(found.launcherId);
    const at = ports.clock.now().toISOString();
    store.journal.add({
      at,
      level: 'info',
      code,
      params: { title: found.title },
      launcherId: found.launcherId,
      itemId: id,
    });
    return found;
  };

  return {
    'items.list': (query) => store.items.list(query),
    'items.get': ({ id }) => item(id),
    'items.retry': ({ id }) =>
      reopen(id, 'item.retried', store.items.retry(id, ports.clock.now().toISOString())),
    'items.replay': ({ id }) =>
      reopen(id, 'item.replayed', store.items.replay(id, ports.clock.now().toISOString())),
    'history.export': async ({ path, launcherId }) => ({
      rows: await exportHistory(store, path, launcherId),
    }),
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
