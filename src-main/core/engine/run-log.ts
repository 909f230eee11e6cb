// The rows of the runs. A scheduled look that finds nothing leaves no row, and the same trouble again and again
// (a share that is away for the night, every 15 seconds) is one row whose end moves.
import type { LauncherId, RunId } from '#contract/ids';
import type { Run, RunCause, RunCounts } from '#contract/model/run';
import type { RunResult } from '../pipeline/run-launcher.ts';
import type { Clock } from '../ports.ts';
import type { RunRepo } from '../store/run-repo.ts';

/** The end of a repeated row is written at most this often. */
const TOUCH_MS = 60_000;

export interface RunLog {
  begin(launcherId: LauncherId, cause: RunCause): OpenRun;
  /** The last look of each launcher since the program started, though it left no row. */
  lastLookAt(launcherId: LauncherId): string | null;
}

export interface OpenRun {
  /** The row's number; writes the row at the first question. */
  id(): RunId;
  /** The run as it stands in the books; null = a scheduled look that found nothing. */
  end(result: RunResult, counts: RunCounts): Run | null;
}

type Last = { readonly run: Run; readonly idle: boolean; writtenAtMs: number };

export function createRunLog(runs: RunRepo, clock: Clock): RunLog {
  const looks = new Map<LauncherId, string>();
  const lasts = new Map<LauncherId, Last>();

  return {
    lastLookAt: (launcherId) => looks.get(launcherId) ?? null,
    begin(launcherId, cause) {
      const startedAt = clock.now().toISOString();
      let id: RunId | undefined;
      const write = (): RunId => (id ??= runs.begin(launcherId, cause, startedAt));
      return {
        id: write,
        end({ outcome, error }, counts) {
          const at = clock.now().toISOString();
          looks.set(launcherId, at);
          const idle = id === undefined && cause !== 'manual';
          const last = lasts.get(launcherId);
          const repeats = idle && last?.idle === true && sameTrouble(last.run, outcome, error);
          if (repeats) {
            const run = { ...last.run, endedAt: at, counts };
            const due = clock.monotonicMs() - last.writtenAtMs >= TOUCH_MS;
            if (due) {
              runs.end(run.id, { at, outcome, counts, error });
              last.writtenAtMs = clock.monotonicMs();
            }
            lasts.set(launcherId, { ...last, run });
            return run;
          }
          if (idle && outcome === 'done') {
            lasts.delete(launcherId);
            return null;
          }
          const row = write();
          runs.end(row, { at, outcome, counts, error });
          const run: Run = {
            id: row,
            launcherId,
            cause,
            startedAt,
            endedAt: at,
            outcome,
            counts,
            error,
          };
          lasts.set(launcherId, { run, idle, writtenAtMs: clock.monotonicMs() });
          return run;
        },
      };
    },
  };
}

function sameTrouble(run: Run, outcome: Run['outcome'], error: Run['error']): boolean {
  return run.outcome === outcome && run.error?.code === error?.code;
}
