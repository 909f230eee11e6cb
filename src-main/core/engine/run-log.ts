// The rows of the runs. A scheduled look that finds nothing leaves no row, and the same trouble again and again
// (a share that is away for the night, every 15 seconds) is one row whose end moves.
import type { LauncherId, RunId } from '#contract/ids';
import type { Run, RunCause, RunCounts } from '#contract/model/run';
import type { RunResult } from '../pipeline/outcome.ts';
import type { Clock } from '../ports.ts';
import type { RunRepo } from '../store/run-repo.ts';

/** The end of a repeated row is written at most this often. */
const TOUCH_MS = 60_000;

export interface RunLog {
  begin(launcherId: LauncherId, cause: RunCause): OpenRun;
  /** The last look of each launcher since the program started, though it left no row. */
  readonly lastLookAt: (launcherId: LauncherId) => string | null;
}

export interface OpenRun {
  /** The row's number; writes the row at the first question. */
  readonly id: () => RunId;
  /** The run as it stands in the books; null = a scheduled look that found nothing. */
  end(result: RunResult, counts: RunCounts): Run | null;
}

type Last = {
  readonly run: Run;
  /** Nothing was delivered or refused by it: the next one like it only moves its end. */
  readonly isQuiet: boolean;
  writtenAtMs: number;
};

export function createRunLog(runs: RunRepo, clock: Clock): RunLog {
  const looks = new Map<LauncherId, string>();
  const lasts = new Map<LauncherId, Last>();

  const lastOf = (launcherId: LauncherId): Last | undefined => {
    const found = lasts.get(launcherId);
    if (found !== undefined) return found;
    // Of an earlier life of the program: its numbers are left as they are.
    const run = runs.list({ launcherId, limit: 1 })[0];
    if (run === undefined) return undefined;
    const last = { run, isQuiet: false, writtenAtMs: clock.monotonicMs() };
    lasts.set(launcherId, last);
    return last;
  };

  const repeat = (last: Last, counts: RunCounts, at: string): Run => {
    const { id, outcome, error } = last.run;
    const run = { ...last.run, endedAt: at, counts };
    const isDue = clock.monotonicMs() - last.writtenAtMs >= TOUCH_MS;
    if (isDue) runs.end(id, { at, outcome, counts, error });
    const writtenAtMs = isDue ? clock.monotonicMs() : last.writtenAtMs;
    lasts.set(run.launcherId, { ...last, run, writtenAtMs });
    return run;
  };

  return {
    lastLookAt: (launcherId) => looks.get(launcherId) ?? null,
    begin(launcherId, cause) {
      const startedAt = clock.now().toISOString();
      // Read before this run has a row itself.
      const last = lastOf(launcherId);
      let id: RunId | undefined;
      const write = (): RunId => (id ??= runs.begin(launcherId, cause, startedAt));
      return {
        id: write,
        end({ outcome, error }, counts) {
          const at = clock.now().toISOString();
          looks.set(launcherId, at);
          const isQuiet = cause !== 'manual' && hasDoneNothing(counts);
          const isEmpty = isQuiet && outcome === 'done' && counts.deferred === 0;
          // The first look without trouble after one with it has a row: it says that the trouble is over.
          const isOver = last !== undefined && last.run.outcome !== 'done';
          if (isEmpty && !isOver) {
            if (id !== undefined) runs.delete(id);
            return null;
          }
          if (isQuiet && last?.isQuiet === true && isSame(last.run, outcome, error)) {
            if (id !== undefined) runs.delete(id);
            return repeat(last, counts, at);
          }
          const run: Run = {
            id: write(),
            launcherId,
            cause,
            startedAt,
            endedAt: at,
            outcome,
            counts,
            error,
          };
          runs.end(run.id, { at, outcome, counts, error });
          lasts.set(launcherId, { run, isQuiet, writtenAtMs: clock.monotonicMs() });
          return run;
        },
      };
    },
  };
}

/** Known ones, and such as are put off. */
const hasDoneNothing = (counts: RunCounts): boolean =>
  counts.seen === counts.known + counts.deferred && counts.documents + counts.settled === 0;

const isSame = (run: Run, outcome: Run['outcome'], error: Run['error']): boolean =>
  run.outcome === outcome && run.error?.code === error?.code;
