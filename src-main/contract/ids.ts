// Branded identifiers: a launcher's id cannot be passed where a job's id is wanted.
// Minted by `newId` in the core, or parsed by the schemas here at the edge.
import { z } from 'zod';

const id = <B extends string>() => z.string().min(1).max(64).brand<B>();

export const LauncherId = id<'LauncherId'>();
export type LauncherId = z.infer<typeof LauncherId>;

export const JobId = id<'JobId'>();
export type JobId = z.infer<typeof JobId>;

export const AccountId = id<'AccountId'>();
export type AccountId = z.infer<typeof AccountId>;

/** One attempt to sign in; lives as long as the program. */
export const SignInId = id<'SignInId'>();
export type SignInId = z.infer<typeof SignInId>;

/** Row numbers of the ledger: 1, 2, 3… */
export const ItemId = z.number().int().positive().brand<'ItemId'>();
export type ItemId = z.infer<typeof ItemId>;

export const DocumentId = z.number().int().positive().brand<'DocumentId'>();
export type DocumentId = z.infer<typeof DocumentId>;

export const RunId = z.number().int().positive().brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;

/** Service instance, connector instance, notice rule. */
export const ServiceId = id<'ServiceId'>();
export type ServiceId = z.infer<typeof ServiceId>;

export const ConnectorId = id<'ConnectorId'>();
export type ConnectorId = z.infer<typeof ConnectorId>;

export const NoticeRuleId = id<'NoticeRuleId'>();
export type NoticeRuleId = z.infer<typeof NoticeRuleId>;

/** A file handed over for a message that is being written; forgotten after a day. */
export const UploadId = id<'UploadId'>();
export type UploadId = z.infer<typeof UploadId>;

export const OutboxId = z.number().int().positive().brand<'OutboxId'>();
export type OutboxId = z.infer<typeof OutboxId>;

export const IncidentId = z.number().int().positive().brand<'IncidentId'>();
export type IncidentId = z.infer<typeof IncidentId>;
