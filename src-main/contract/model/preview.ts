// What a run would do now, item by item, changing nothing.
import { z } from 'zod';
import { Reason } from '../error-codes.ts';
import { JobId } from '../ids.ts';
import { Explanation } from './explanation.ts';

export const PreviewVerdict = z.enum([
  'take',
  'known',
  'filtered',
  'deferred',
  'unrouted',
  'quarantined',
]);
export type PreviewVerdict = z.infer<typeof PreviewVerdict>;

export const PreviewDocument = z.object({
  name: z.string(),
  sizeBytes: z.number().nullable(),
  verdict: PreviewVerdict,
  reason: Reason,
  jobId: JobId.nullable(),
});
export type PreviewDocument = z.infer<typeof PreviewDocument>;

export const PreviewItem = z.object({
  title: z.string(),
  receivedAt: z.string().nullable(),
  sizeBytes: z.number(),
  verdict: PreviewVerdict,
  reason: Reason,
  documents: z.array(PreviewDocument),
  /** Of what a source recognises as an envelope, or refuses. */
  explanation: Explanation.optional(),
});
export type PreviewItem = z.infer<typeof PreviewItem>;
