// Item: one thing found at a source (a file, a mail). Document: one file of it handed to a COLD job.
import { z } from 'zod';
import { ErrorBody, Reason } from '../error-codes.ts';
import { DocumentId, ItemId, JobId, LauncherId } from '../ids.ts';

export const ItemState = z.enum([
  'filtered', // the filter said no (under the revision noted)
  'deferred', // not yet: still growing, locked, destination full, failed and to be tried again
  'unrouted', // no affiliation matches; left in place
  'fetching', // being read
  'delivering', // names are given, renames under way
  'delivered', // in the COLD job's input; the source is still to be settled
  'settled', // delivered, and its fate carried out (or it is left, as configured)
  'quarantined', // given up on, with its reason, until somebody decides
  'dismissed', // put aside by a person: not wanted
  'gone', // vanished from the source before it was delivered
]);
export type ItemState = z.infer<typeof ItemState>;

export const DocumentState = z.enum(['delivering', 'delivered']);
export type DocumentState = z.infer<typeof DocumentState>;

export const DocumentRow = z.object({
  id: DocumentId,
  itemId: ItemId,
  part: z.string(),
  originalName: z.string(),
  name: z.string(),
  jobId: JobId,
  finalPath: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
  state: DocumentState,
  deliveredAt: z.string().nullable(),
});
export type DocumentRow = z.infer<typeof DocumentRow>;

export const Item = z.object({
  id: ItemId,
  launcherId: LauncherId,
  key: z.string(),
  version: z.string(),
  title: z.string(),
  state: ItemState,
  reason: ErrorBody.nullable(),
  attempts: z.number().int(),
  nextTryAt: z.string().nullable(),
  sizeBytes: z.number().int(),
  receivedAt: z.string().nullable(),
  seenAt: z.string(),
  changedAt: z.string(),
  documents: z.array(DocumentRow),
  /** What the journal warns of, oldest first, each once; absent = nothing. */
  remarks: z.array(Reason).optional(),
});
export type Item = z.infer<typeof Item>;
