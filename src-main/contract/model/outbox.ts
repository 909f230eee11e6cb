// Outbox (boîte d'envoi): every message is stored here before anybody is told that it will be sent.
import { z } from 'zod';
import { ErrorBody } from '../error-codes.ts';
import { ConnectorId, DocumentId, NoticeRuleId, OutboxId, ServiceId, UploadId } from '../ids.ts';
import { AddressList, AddressText, ConnectorChoice, ServiceType } from './router.ts';

export const OutboxState = z.enum([
  'queued', // stored, not tried yet
  'sending', // a connector has it
  'sent', // the server has accepted it for at least one recipient
  'retrying', // failed for now; `nextTryAt`
  'failed', // refused for good, or given up; somebody must decide
  'unknown', // the server's answer to the whole message was lost; `nextTryAt` if it is sent once more
  'cancelled', // by somebody, before it was sent
]);
export type OutboxState = z.infer<typeof OutboxState>;

export const RecipientState = z.enum(['pending', 'accepted', 'refused']);

export const Recipient = z.object({
  kind: z.enum(['to', 'cc', 'bcc']),
  name: z.string(),
  address: z.string(),
  state: RecipientState,
  /** SMTP reply code of a refusal; null where there is none. */
  code: z.number().int().nullable(),
  /** What the server said about it, on one line. */
  text: z.string(),
});
export type Recipient = z.infer<typeof Recipient>;

/** Of a message that is sent once: the same key never makes a second one. Empty = none. */
export const OnceKey = z.string().max(300).default('');

/** Who asked for it. */
export const Asker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person') }),
  z.object({ kind: z.literal('script'), name: OnceKey }),
  /** `lanceur route`: which table and which of its rows, 1 = the first under the head. */
  z.object({ kind: z.literal('route'), table: z.string().max(1000), row: z.number().int() }),
  /** A COLD job that hands its documents on. */
  z.object({ kind: z.literal('forward'), documentId: DocumentId, job: z.string() }),
  z.object({ kind: z.literal('alarm'), ruleId: NoticeRuleId.nullable() }),
]);
export type Asker = z.infer<typeof Asker>;

export const OutboxAttachment = z.object({
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
});
export type OutboxAttachment = z.infer<typeof OutboxAttachment>;

export const OutboxMessage = z.object({
  id: OutboxId,
  /** With the angle brackets; the same at every attempt. */
  messageId: z.string(),
  asker: Asker,
  serviceType: ServiceType,
  /** Null = sent without an instance, by the service type's default connector. */
  serviceId: ServiceId.nullable(),
  /** As it was called when the message was stored. */
  serviceName: z.string(),
  /** The connector of the last attempt; null before the first. */
  connectorId: ConnectorId.nullable(),
  connectorName: z.string(),
  connectorChoice: ConnectorChoice.nullable(),
  /** As it stands in the message. */
  sender: z.string(),
  subject: z.string(),
  recipients: z.array(Recipient),
  attachments: z.array(OutboxAttachment),
  /** Texts and attachments, before encoding. */
  sizeBytes: z.number().int(),
  state: OutboxState,
  attempts: z.number().int(),
  /** How often the server's answer to the whole message was lost: above 0 it may have arrived twice. */
  doubts: z.number().int(),
  nextTryAt: z.string().nullable(),
  /** Why it is not sent, or the warning it was sent with. */
  reason: ErrorBody.nullable(),
  /** Last answer of the server, on one line. */
  response: z.string(),
  createdAt: z.string(),
  changedAt: z.string(),
  sentAt: z.string().nullable(),
});
export type OutboxMessage = z.infer<typeof OutboxMessage>;

/** A file to attach: on the core's own machine, or handed over before (`POST /api/files`). */
export const AttachmentSource = z.union([
  z.object({ path: z.string().min(1).max(4096), name: z.string().max(255).default('') }),
  z.object({ uploadId: UploadId, name: z.string().max(255).default('') }),
]);
export type AttachmentSource = z.infer<typeof AttachmentSource>;

export const Upload = z.object({ id: UploadId, name: z.string(), sizeBytes: z.number().int() });
export type Upload = z.infer<typeof Upload>;

/** What somebody wants to send. What is left empty comes from the instance's defaults. */
export const MessageDraft = z.object({
  /** Null = the service type's default connector, without an instance. */
  serviceId: ServiceId.nullable().default(null),
  to: AddressList.default([]),
  cc: AddressList.default([]),
  bcc: AddressList.default([]),
  replyTo: AddressText.default(''),
  subject: z.string().max(2000).default(''),
  /** Plain text; made from `html` where only that is given. */
  text: z.string().max(2_000_000).default(''),
  html: z.string().max(5_000_000).default(''),
  attachments: z.array(AttachmentSource).max(200).default([]),
});
export type MessageDraft = z.input<typeof MessageDraft>;

/** How many messages there are in each state. */
export const OutboxCounts = z.record(OutboxState, z.number().int());
export type OutboxCounts = z.infer<typeof OutboxCounts>;
