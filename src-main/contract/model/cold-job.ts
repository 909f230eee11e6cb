// COLD job (Travail de référence): where documents go in, and under which rules.
import { z } from 'zod';
import { JobId, ServiceId } from '../ids.ts';
import { AddressList } from './router.ts';

export const FolderDestination = z.object({
  kind: z.literal('folder'),
  /** The job's input folder: absolute local path, or UNC. */
  path: z.string().min(1).max(4096),
});
export type FolderDestination = z.infer<typeof FolderDestination>;

export const SidecarFormat = z.enum(['none', 'json', 'xml', 'csv', 'text']);
export type SidecarFormat = z.infer<typeof SidecarFormat>;

export const CollisionRule = z.enum([
  'number', // "name (2).pdf"
  'timestamp', // "name 20261122-071348-123.pdf"
  'replace', // the newer one wins
  'refuse', // the item goes to quarantine
]);
export type CollisionRule = z.infer<typeof CollisionRule>;

/**
 * Each delivered document also goes to a service instance. Texts may hold facts in braces: `{from}`, `{subject}`,
 * `{name}`, `{original_name}`, `{job_name}`, `{launcher}`… as in the index file; unknown ones stay empty.
 */
export const ForwardRule = z.object({
  serviceId: ServiceId,
  /** Fixed or computed (`{from}`); empty = the instance's own recipients. */
  to: AddressList.default([]),
  subject: z.string().max(500).default('{name}'),
  text: z.string().max(10_000).default(''),
});
export type ForwardRule = z.infer<typeof ForwardRule>;

const fields = {
  /** EzGED's number of the job, e.g. 87; 0 = none. */
  number: z.number().int().min(0).max(1_000_000_000).default(0),
  /** EzGED's name, e.g. "cold facturesfournisseurs". */
  name: z.string().trim().min(1).max(200),
  destination: FolderDestination,
  sidecar: SidecarFormat.default('none'),
  collision: CollisionRule.default('number'),
  /** Null = it stays in the input folder only. */
  forward: ForwardRule.nullable().default(null),
  backPressure: z
    .object({
      /** Stop while the input folder holds more files than this; 0 = no limit. */
      maxWaitingFiles: z.number().int().min(0).default(0),
      /** Stop while the volume has fewer free bytes than this. */
      minFreeBytes: z
        .number()
        .int()
        .min(0)
        .default(100 * 1024 * 1024),
    })
    .prefault({}),
};

export const JobDraft = z.object({ id: JobId.optional(), ...fields });
export type JobDraft = z.input<typeof JobDraft>;

export const Job = z.object({ id: JobId, ...fields, createdAt: z.string(), changedAt: z.string() });
export type Job = z.infer<typeof Job>;
