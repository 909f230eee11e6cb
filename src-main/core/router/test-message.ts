// The test message of a form: sent at once by one connector, kept in no outbox.
import { OutboxId } from '#contract/ids';
import type { SendTest } from '#contract/model/router';
import { TransientError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Texts } from '#contract/texts/texts';
import { type Chosen, inNameOf } from './choose-connector.ts';
import { composeMessage } from './compose.ts';
import type { ConnectorDesk } from './connector-desk.ts';
import type { AttachmentStore } from './outbox/attachment-store.ts';
import { senderOf } from './outbox/delivery.ts';
import { newMessageId } from './outbox/prepare-message.ts';
import { parseAddress } from './addresses.ts';

export type TestParts = {
  readonly desk: ConnectorDesk;
  readonly files: AttachmentStore;
  readonly clock: Clock;
  readonly texts: Texts;
};

/** Throws AppErrors that name instance and connector; `smtp.noAnswer` where nobody can know whether it went. */
export async function sendTest(
  { desk, files, clock, texts }: TestParts,
  {
    chosen,
    to,
    signal,
  }: { readonly chosen: Chosen; readonly to: string; readonly signal: AbortSignal },
): Promise<SendTest> {
  const recipient = parseAddress(to, 'to');
  const connector = await desk.open(chosen.connector);
  const sender = await senderOf(chosen, connector, signal);
  const now = clock.now().toISOString();
  const messageId = newMessageId(sender);
  const names = { connector: chosen.connector.name, service: chosen.service?.name ?? '' };
  const message = composeMessage({
    entry: {
      replyTo: '',
      files: [],
      isCommitted: false,
      wasCut: false,
      message: {
        ...emptyMessage(now),
        messageId,
        sender,
        subject: texts.say('mail.test.subject', names),
        recipients: [{ kind: 'to', ...recipient, state: 'pending', code: null, text: '' }],
      },
    },
    texts: { text: texts.say('mail.test.text', { ...names, at: now }), html: '' },
    sender,
    files,
    committing: () => Promise.resolve(),
  });
  const outcome = await connector.send(message, signal);
  if (outcome.certainty === 'notSent') throw inNameOf(outcome.error, chosen);
  if (outcome.certainty === 'unknown') {
    throw inNameOf(new TransientError('smtp.noAnswer', {}, { cause: outcome.error }), chosen);
  }
  desk.worked(chosen.connector.id);
  return {
    messageId,
    connectorId: chosen.connector.id,
    choice: chosen.service === null ? null : chosen.choice,
    accepted: [...outcome.accepted],
    rejected: outcome.rejected.map(({ address, code, text }) => ({ address, code, text })),
    response: outcome.response,
  };
}

const emptyMessage = (at: string) => ({
  id: OutboxId.parse(1),
  asker: { kind: 'person' as const },
  serviceType: 'mail' as const,
  serviceId: null,
  serviceName: '',
  connectorId: null,
  connectorName: '',
  connectorChoice: null,
  attachments: [],
  sizeBytes: 0,
  state: 'sending' as const,
  attempts: 1,
  doubts: 0,
  nextTryAt: null,
  reason: null,
  response: '',
  createdAt: at,
  changedAt: at,
  sentAt: null,
});
