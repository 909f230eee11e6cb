// Affiliation (Scénario de COLD affilié): which COLD job gets which documents of a launcher.
import { z } from 'zod';
import { JobId } from '../ids.ts';

/** `pdf`, `tar.gz`, or an envelope type such as `chorus_fact`; without the dot, compared without case. */
const Extension = z
  .string()
  .trim()
  .toLowerCase()
  .transform((text) => text.replace(/^\*?\.+/, ''))
  .pipe(z.string().min(1).max(40));

export const Affiliation = z.object({
  jobId: JobId,
  /** Empty = catch-all, tried after every row that names extensions. */
  extensions: z.array(Extension).max(100).default([]),
});
export type Affiliation = z.infer<typeof Affiliation>;
