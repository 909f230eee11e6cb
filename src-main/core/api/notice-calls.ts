// Calls on rules of notices, their incidents, and what the silence detector has learnt.
import { NoticeRuleId } from '#contract/ids';
import { OpeningHours } from '#contract/model/notice';
import type { CoreParts } from '../core-parts.ts';
import { ConfigError } from '../errors.ts';
import { newId } from '../new-id.ts';
import { checkNotice } from '../notices/check-notice.ts';
import { memoryOf } from '../notices/look.ts';
import { judgeSilence } from '../notices/silence.ts';
import type { Handlers } from './handlers.ts';
import { findLauncher } from './launcher-calls.ts';

type Names =
  | 'notices.list'
  | 'notices.save'
  | 'notices.delete'
  | 'notices.test'
  | 'notices.incidents'
  | 'notices.silence';

export function noticeCalls({ store, ports, emitter, notices }: CoreParts): Handlers<Names> {
  const rule = (id: NoticeRuleId) => {
    const found = store.notices.get(id);
    if (found === undefined) throw new ConfigError('notice.missing', { id });
    return found;
  };
  return {
    'notices.list': () =>
      store.notices.list().map((one) => ({ ...one, untold: notices.untold(one.id) })),
    'notices.save': (draft) => {
      checkNotice(store.router, draft);
      const id = draft.id ?? NoticeRuleId.parse(newId());
      store.notices.save(id, draft, ports.clock.now().toISOString());
      emitter.emit('configuration.changed', {});
      return rule(id);
    },
    'notices.delete': ({ id }) => {
      rule(id);
      store.notices.delete(id);
      emitter.emit('configuration.changed', {});
      return {};
    },
    'notices.test': async ({ id }) => ({ outboxId: await notices.test(id) }),
    'notices.incidents': (query) => store.notices.incidents(query),
    'notices.silence': ({ id }) => {
      const launcher = findLauncher(store, id);
      const now = ports.clock.now();
      const { lastAt, learnt } = memoryOf(launcher, store, now);
      const verdict = judgeSilence(learnt, OpeningHours.parse({}), {
        lastAt: new Date(lastAt ?? launcher.createdAt),
        now,
      });
      return {
        launcherId: id,
        typical: [...learnt.typical],
        days: learnt.days,
        lastAt,
        ...verdict,
      };
    },
  };
}
