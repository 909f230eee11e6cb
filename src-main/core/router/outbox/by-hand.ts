// What somebody decides about a message: to try it again, or to cancel it. Pure.
import type { OutboxMessage } from '#contract/model/outbox';
import { ConfigError } from '../../errors.ts';
import type { Verdict } from '../../store/outbox-repo.ts';
import type { OutboxEntry } from '../../store/outbox-rows.ts';

/** Those who were refused are asked again. Throws ConfigError `outbox.notOpen`. */
export function reopened({ message }: OutboxEntry, at: string): Verdict {
  if (message.state === 'sent' || message.state === 'sending') throw notOpen(message);
  const recipients = message.recipients.map((one) =>
    one.state === 'refused' ? { ...one, state: 'pending' as const } : one,
  );
  const { doubts, response } = message;
  return {
    ...{ at, state: 'queued', recipients, nextTryAt: at },
    ...{ doubts, wasCut: false, reason: null, response },
  };
}

/** Throws ConfigError `outbox.notOpen`, `outbox.onItsWay`. */
export function cancelled({ message, isCommitted }: OutboxEntry, at: string): Verdict {
  const { id, state, recipients, doubts, reason, response } = message;
  if (state === 'sent' || state === 'cancelled') throw notOpen(message);
  if (state === 'sending') throw new ConfigError('outbox.onItsWay', { id, committed: isCommitted });
  return {
    ...{ at, state: 'cancelled', recipients, nextTryAt: null },
    // Why it waited or failed matters no more; that it may have left does.
    ...{ doubts, wasCut: false, reason: state === 'unknown' ? reason : null, response },
  };
}

const notOpen = ({ id, state }: OutboxMessage): ConfigError =>
  new ConfigError('outbox.notOpen', { id, state: `outboxState.${state}` });
