// The router. Service: what is sent; connector: how. A service type has a default connector; a service instance may
// name another. EzGED knows one service type, "Envoi de mail", and two connectors, SMTP and Office365.
import { z } from 'zod';
import { AccountId, ConnectorId, ServiceId } from '../ids.ts';
import { ServerAddress } from './connection.ts';

export const ServiceType = z.enum(['mail']);
export type ServiceType = z.infer<typeof ServiceType>;

export const ConnectorType = z.enum(['smtp', 'office365']);
export type ConnectorType = z.infer<typeof ConnectorType>;

/** Which connectors can carry which service. */
export const compatibleConnectors = {
  mail: ['smtp', 'office365'],
} as const satisfies Record<ServiceType, readonly ConnectorType[]>;

/** One address as people write it: `a@b.fr` or `Mairie <a@b.fr>`; the core says what is wrong with it. */
export const AddressText = z.string().trim().max(500);
/** A list of them; each entry may itself be a list with commas or semicolons. */
export const AddressList = z.array(AddressText.min(1)).max(1000);

export const SmtpConfig = z.object({
  type: z.literal('smtp'),
  /** `implicit` is the box SSL/TLS (465), `starttls` the box StartTLS (required when ticked), `none` neither (25). */
  server: ServerAddress,
  /** Compte: null = the server asks for none. */
  accountId: AccountId.nullable().default(null),
  /** Expéditeur. Empty = the account's user, where that is an address. */
  sender: AddressText.default(''),
  /** Connections kept open at the same time. */
  maxConnections: z.number().int().min(1).max(20).default(3),
});
export type SmtpConfig = z.infer<typeof SmtpConfig>;

export const Office365Config = z.object({
  type: z.literal('office365'),
  accountId: AccountId,
  /** Address of the mailbox to send from (a shared one); empty = the account's own. */
  mailbox: AddressText.default(''),
  /** Whether a copy stays in the mailbox's sent items; also what a lost answer is looked up in. */
  keepCopy: z.boolean().default(true),
});
export type Office365Config = z.infer<typeof Office365Config>;

export const ConnectorConfig = z.discriminatedUnion('type', [SmtpConfig, Office365Config]);
export type ConnectorConfig = z.infer<typeof ConnectorConfig>;

const connectorFields = {
  name: z.string().trim().min(1).max(200),
  config: ConnectorConfig,
};

/** Connector instance as a form saves it; without `id` a new one is made. */
export const ConnectorDraft = z.object({ id: ConnectorId.optional(), ...connectorFields });
export type ConnectorDraft = z.input<typeof ConnectorDraft>;

export const Connector = z.object({
  id: ConnectorId,
  ...connectorFields,
  createdAt: z.string(),
  changedAt: z.string(),
});
export type Connector = z.infer<typeof Connector>;

/** Used where a message leaves the field empty. */
export const MailDefaults = z.object({
  to: AddressList.default([]),
  cc: AddressList.default([]),
  bcc: AddressList.default([]),
  replyTo: AddressText.default(''),
  subject: z.string().trim().max(500).default(''),
  /** Plain text. */
  text: z.string().max(100_000).default(''),
});
export type MailDefaults = z.infer<typeof MailDefaults>;

const serviceFields = {
  name: z.string().trim().min(1).max(200),
  type: ServiceType.default('mail'),
  /** Null = the default connector of the service type. */
  connectorId: ConnectorId.nullable().default(null),
  /** Expéditeur of this instance; empty = the connector's. */
  sender: AddressText.default(''),
  defaults: MailDefaults.prefault({}),
  /**
   * What to do when the server's answer to a whole message is lost: send it once more with the same Message-ID, or
   * leave it for somebody to decide.
   */
  onDoubt: z.enum(['sendOnce', 'hold']).default('sendOnce'),
  /** Hours during which temporary failures are tried again. */
  giveUpHours: z.number().int().min(1).max(720).default(96),
};

/** Service instance as a form saves it; without `id` a new one is made. */
export const ServiceDraft = z.object({ id: ServiceId.optional(), ...serviceFields });
export type ServiceDraft = z.input<typeof ServiceDraft>;

export const Service = z.object({
  id: ServiceId,
  ...serviceFields,
  createdAt: z.string(),
  changedAt: z.string(),
});
export type Service = z.infer<typeof Service>;

export const ServiceTypeState = z.object({
  type: ServiceType,
  connectorTypes: z.array(ConnectorType),
  /** Connecteur par défaut; null = none yet. */
  defaultConnectorId: ConnectorId.nullable(),
});
export type ServiceTypeState = z.infer<typeof ServiceTypeState>;

/** Why this connector: the instance names it, or it is the service type's default. */
export const ConnectorChoice = z.enum(['override', 'default']);
export type ConnectorChoice = z.infer<typeof ConnectorChoice>;

/** What a test message came to; sent at once and kept in no outbox. */
export const SendTest = z.object({
  messageId: z.string(),
  connectorId: ConnectorId,
  choice: ConnectorChoice.nullable(),
  accepted: z.array(z.string()),
  rejected: z.array(z.object({ address: z.string(), code: z.number().int(), text: z.string() })),
  /** Last answer of the server, on one line. */
  response: z.string(),
});
export type SendTest = z.infer<typeof SendTest>;
