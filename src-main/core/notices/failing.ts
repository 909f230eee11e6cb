// Which launchers have not got through of late, since when, and how often in a row.
import type { ErrorBody } from '#contract/error-codes';
import type { LauncherId } from '#contract/ids';
import type { Run } from '#contract/model/run';
import type { Store } from '../store/store.ts';

export type Failing = {
  /** Runs in a row that failed, or found source or target away. */
  readonly times: number;
  /** Those of them that failed. */
  readonly failed: number;
  readonly since: string;
  /** Of the last of them. */
  readonly error: ErrorBody | null;
};

const LOOK_BACK = 50;
const MEANS_SOMETHING: ReadonlySet<string> = new Set(['done', 'warnings', 'failed', 'waiting']);

/** After one more run. A run that was stopped says nothing. */
export function countRun(failing: Map<LauncherId, Failing>, run: Run): void {
  const { launcherId, outcome, error, startedAt } = run;
  if (outcome === 'done' || outcome === 'warnings') failing.delete(launcherId);
  if (outcome !== 'failed' && outcome !== 'waiting') return;
  const before = failing.get(launcherId);
  failing.set(launcherId, {
    times: (before?.times ?? 0) + 1,
    failed: (before?.failed ?? 0) + (outcome === 'failed' ? 1 : 0),
    since: before?.since ?? startedAt,
    error,
  });
}

/**
 * As an earlier life of the program left it. Rows of equal runs are one: how often is not kept, but what was told is, and
 * lasts until a run gets through.
 */
export function recallFailing(store: Store): Map<LauncherId, Failing> {
  const failing = new Map<LauncherId, Failing>();
  const told = store.notices
    .list()
    .filter((rule) => rule.event.kind === 'launcherFailed')
    .flatMap((rule) => store.notices.openIncidents(rule.id));
  for (const { id } of store.launchers.list()) {
    // The last that says something: a run that was stopped or cut does not.
    const runs = store.runs.list({ launcherId: id, limit: LOOK_BACK });
    const run = runs.find(({ outcome }) => MEANS_SOMETHING.has(outcome));
    if (run !== undefined) countRun(failing, run);
    const found = failing.get(id);
    if (found === undefined) continue;
    for (const { key, params, openedAt } of told) {
      const times = params['times'];
      if (key !== id || typeof times !== 'number') continue;
      const since = openedAt < found.since ? openedAt : found.since;
      failing.set(id, { ...found, times, failed: times, since });
    }
  }
  return failing;
}
