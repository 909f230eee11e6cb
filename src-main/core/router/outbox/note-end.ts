// How an attempt ended, for the log; and for the journal where somebody must look at the message.
import type { OutboxMessage } from '#contract/model/outbox';
import type { Clock, Logger } from '../../ports.ts';
import type { Verdict } from '../../store/outbox-repo.ts';
import type { Store } from '../../store/store.ts';

export function noteEnd(
  { store, clock, logger }: NoteParts,
  { id, attempts, subject }: OutboxMessage,
  { state, reason }: Verdict,
): void {
  const level = state === 'failed' ? 'error' : state === 'sent' ? 'info' : 'warn';
  logger.log(level, `outbox.${state}`, { id, attempts: attempts + 1, code: reason?.code });
  if (state !== 'failed' && state !== 'unknown') return;
  const params = { ...reason?.params, id, subject, last: reason?.code ?? '' };
  const at = clock.now().toISOString();
  store.journal.add({ at, level: 'error', code: `outbox.${state}`, params });
}

type NoteParts = {
  readonly store: Pick<Store, 'journal'>;
  readonly clock: Clock;
  readonly logger: Logger;
};
