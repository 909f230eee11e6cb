// Rows of the outbox, as the engine and the calls read them.
import { z } from 'zod';
import { ErrorBody } from '#contract/error-codes';
import { ConnectorId, OutboxId, ServiceId } from '#contract/ids';
import {
  Asker,
  OutboxAttachment,
  OutboxMessage,
  OutboxState,
  Recipient,
} from '#contract/model/outbox';
import { readJson } from './json-column.ts';

/** An attachment with its file's name below the outbox folder. */
export const StoredAttachment = OutboxAttachment.extend({ file: z.string() });
export type StoredAttachment = z.infer<typeof StoredAttachment>;

const Attachments = z.array(StoredAttachment);
const Recipients = z.array(Recipient);

const Row = z.object({
  id: OutboxId,
  message_id: z.string(),
  service_type: z.enum(['mail']),
  /** Empty = sent without an instance. */
  service_id: z.string(),
  service_name: z.string(),
  connector_id: z.string().nullable(),
  connector_name: z.string(),
  connector_choice: z.enum(['override', 'default']).nullable(),
  asker: z.string(),
  sender: z.string(),
  reply_to: z.string(),
  subject: z.string(),
  recipients: z.string(),
  attachments: z.string(),
  size_bytes: z.number(),
  state: OutboxState,
  held: z.number(),
  committed: z.number(),
  cut: z.number(),
  attempts: z.number(),
  doubts: z.number(),
  next_try_at: z.string().nullable(),
  reason: z.string().nullable(),
  response: z.string(),
  created_at: z.string(),
  changed_at: z.string(),
  sent_at: z.string().nullable(),
});

/** The message, and what only the engine needs of it. */
export type OutboxEntry = {
  readonly message: OutboxMessage;
  readonly replyTo: string;
  readonly files: readonly StoredAttachment[];
  /** The whole message may have left in the attempt under way. */
  readonly isCommitted: boolean;
  /** The program was cut in the moment between the message's end and the server's answer. */
  readonly wasCut: boolean;
};

export function toEntry(row: unknown): OutboxEntry {
  const found = Row.parse(row);
  const files = readJson(Attachments, found.attachments, 'outbox.attachments');
  return {
    message: {
      id: found.id,
      messageId: found.message_id,
      asker: readJson(Asker, found.asker, 'outbox.asker'),
      serviceType: found.service_type,
      serviceId: found.service_id === '' ? null : ServiceId.parse(found.service_id),
      serviceName: found.service_name,
      connectorId: found.connector_id === null ? null : ConnectorId.parse(found.connector_id),
      connectorName: found.connector_name,
      connectorChoice: found.connector_choice,
      sender: found.sender,
      subject: found.subject,
      recipients: readJson(Recipients, found.recipients, 'outbox.recipients'),
      attachments: files.map(({ file: _file, ...one }) => one),
      sizeBytes: found.size_bytes,
      state: found.state,
      attempts: found.attempts,
      doubts: found.doubts,
      nextTryAt: found.next_try_at,
      reason: found.reason === null ? null : readJson(ErrorBody, found.reason, 'outbox.reason'),
      response: found.response,
      createdAt: found.created_at,
      changedAt: found.changed_at,
      sentAt: found.sent_at,
    },
    replyTo: found.reply_to,
    files,
    isCommitted: found.committed === 1,
    wasCut: found.cut === 1,
  };
}
