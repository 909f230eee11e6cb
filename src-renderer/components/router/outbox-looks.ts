// Which colour and shape stand for which state of a message, and what may be done with it.
import {
  Ban,
  Check,
  CircleHelp,
  CircleX,
  Clock,
  LoaderCircle,
  Send,
  TriangleAlert,
} from '@lucide/vue';
import type { OutboxMessage, OutboxState } from '#contract/model/outbox';
import type { Look } from '../base/tones.ts';

/** `partlySent`: it is over, and somebody was refused. */
export type ShownState = OutboxState | 'partlySent';

export const shownState = ({
  state,
  recipients,
}: Pick<OutboxMessage, 'state' | 'recipients'>): ShownState =>
  state === 'sent' && recipients.some((one) => one.state === 'refused') ? 'partlySent' : state;

export const outboxLooks: Readonly<Record<ShownState, Look>> = {
  queued: { tone: 'calm', icon: Send },
  sending: { tone: 'busy', icon: LoaderCircle, turning: true },
  sent: { tone: 'ok', icon: Check },
  partlySent: { tone: 'warn', icon: TriangleAlert },
  retrying: { tone: 'warn', icon: Clock },
  failed: { tone: 'error', icon: CircleX },
  unknown: { tone: 'warn', icon: CircleHelp },
  cancelled: { tone: 'calm', icon: Ban },
};

export const canRetry = (state: OutboxState): boolean =>
  ['queued', 'retrying', 'failed', 'unknown', 'cancelled'].includes(state);

export const canCancel = (state: OutboxState): boolean =>
  ['queued', 'retrying', 'unknown'].includes(state);
