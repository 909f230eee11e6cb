// Journal entry: what happened, as code and parameters; the sentence is made when it is shown.
import { z } from 'zod';
import { ErrorParams } from '../error-codes.ts';
import { ItemId, LauncherId, RunId } from '../ids.ts';

export const JournalEntry = z.object({
  id: z.number().int(),
  at: z.string(),
  level: z.enum(['error', 'warn', 'info']),
  code: z.string(),
  params: ErrorParams,
  launcherId: LauncherId.nullable(),
  runId: RunId.nullable(),
  itemId: ItemId.nullable(),
});
export type JournalEntry = z.infer<typeof JournalEntry>;
