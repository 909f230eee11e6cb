// Calls on the outbox: send, look, retry, cancel.
import type { OutboxId } from '#contract/ids';
import type { CoreParts } from '../core-parts.ts';
import { ConfigError } from '../errors.ts';
import type { Handlers } from './handlers.ts';

type Names =
  | 'outbox.list'
  | 'outbox.get'
  | 'outbox.counts'
  | 'outbox.send'
  | 'outbox.preview'
  | 'outbox.retry'
  | 'outbox.cancel'
  | 'outbox.flush';

export function outboxCalls({ store, router }: CoreParts): Handlers<Names> {
  const { outbox, takeIn } = router;
  const get = (id: OutboxId) => {
    const entry = store.outbox.get(id);
    if (entry === undefined) throw new ConfigError('outbox.missing', { id });
    return entry.message;
  };
  return {
    'outbox.list': (query) => store.outbox.list(query),
    'outbox.get': ({ id }) => get(id),
    'outbox.counts': () => store.outbox.counts(),
    'outbox.send': async ({ wait, ...request }, signal) => {
      const id = await takeIn.take(request, signal);
      if (wait) return outbox.attempt(id, signal);
      outbox.poke();
      return get(id);
    },
    'outbox.preview': (draft) => takeIn.preview(draft),
    'outbox.retry': ({ id }) => outbox.retry(id),
    'outbox.cancel': ({ id }) => outbox.cancel(id),
    'outbox.flush': (_, signal) => outbox.flush(signal),
  };
}
