// Run: one passage of a launcher, and its arithmetic.
import { z } from 'zod';
import { ErrorBody } from '../error-codes.ts';
import { LauncherId, RunId } from '../ids.ts';

export const RunCause = z.enum(['schedule', 'catchUp', 'manual']);
export type RunCause = z.infer<typeof RunCause>;

/** Items, not documents: seen = delivered + known + filtered + deferred + quarantined + unrouted. */
export const RunCounts = z.object({
  seen: z.number().int(),
  delivered: z.number().int(),
  known: z.number().int(),
  filtered: z.number().int(),
  deferred: z.number().int(),
  quarantined: z.number().int(),
  unrouted: z.number().int(),
  /** Documents handed to COLD jobs, and their bytes. */
  documents: z.number().int(),
  bytes: z.number().int(),
  /** Source items moved, marked or deleted in this run. */
  settled: z.number().int(),
});
export type RunCounts = z.infer<typeof RunCounts>;

const OF_ITEMS = [
  ...['seen', 'delivered', 'known', 'filtered', 'deferred', 'quarantined', 'unrouted'],
] as const satisfies readonly (keyof RunCounts)[];

/** What is said of the items of a run, in this order: how many were seen, and whatever else is not zero. */
export const countsToSay = (counts: RunCounts): readonly (typeof OF_ITEMS)[number][] =>
  OF_ITEMS.filter((name) => name === 'seen' || counts[name] > 0);

export const RunOutcome = z.enum([
  'running',
  'done', // everything seen is concluded or deferred with a reason
  'warnings', // something is quarantined, unrouted, or could not be settled
  'waiting', // the source or a destination cannot take part now (share away, input full): nothing lost
  'failed', // the run could not be carried out; `error` says why
  'stopped', // cancelled, or cut by a limit
  'interrupted', // the program died meanwhile
]);
export type RunOutcome = z.infer<typeof RunOutcome>;

export const Run = z.object({
  id: RunId,
  launcherId: LauncherId,
  cause: RunCause,
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  outcome: RunOutcome,
  counts: RunCounts,
  error: ErrorBody.nullable(),
});
export type Run = z.infer<typeof Run>;
