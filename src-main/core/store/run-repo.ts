// Runs: one row each, written at the start, at the end, and closed after a crash.
import { z } from 'zod';
import { ErrorBody } from '#contract/error-codes';
import type { LauncherId, RunId } from '#contract/ids';
import { RunId as RunIdSchema } from '#contract/ids';
import { Run, RunCounts, type RunCause, type RunOutcome } from '#contract/model/run';
import { readJson } from './json-column.ts';
import type { Db } from './open-database.ts';

const Row = z.object({
  id: z.number(),
  launcher_id: z.string(),
  cause: z.string(),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  outcome: z.string(),
  counts: z.string(),
  error: z.string().nullable(),
});

export const noCounts: RunCounts = {
  seen: 0,
  delivered: 0,
  known: 0,
  filtered: 0,
  deferred: 0,
  quarantined: 0,
  unrouted: 0,
  documents: 0,
  bytes: 0,
  settled: 0,
};

export type RunEnd = {
  readonly at: string;
  readonly outcome: RunOutcome;
  readonly counts: RunCounts;
  readonly error: ErrorBody | null;
};

export type RunQuery = {
  readonly launcherId?: LauncherId | undefined;
  /** Only runs older than this one, for paging. */
  readonly before?: number | undefined;
  readonly limit: number;
};

export type RunRepo = ReturnType<typeof createRunRepo>;

export function createRunRepo(db: Db) {
  const insert = db.prepare(
    `INSERT INTO run (launcher_id, cause, started_at, outcome, counts) VALUES (?, ?, ?, 'running', ?) RETURNING id`,
  );
  const end = db.prepare(
    'UPDATE run SET ended_at = ?, outcome = ?, counts = ?, error = ? WHERE id = ?',
  );
  const interrupt = db.prepare(
    `UPDATE run SET ended_at = ?, outcome = 'interrupted' WHERE outcome = 'running'`,
  );
  const selectOne = db.prepare('SELECT * FROM run WHERE id = ?');
  // Apart: with "or any launcher" in it the question would not find its index.
  const select = db.prepare('SELECT * FROM run WHERE id < @before ORDER BY id DESC LIMIT @limit');
  const selectOf = db.prepare(
    'SELECT * FROM run WHERE launcher_id = @launcherId AND id < @before ORDER BY id DESC LIMIT @limit',
  );
  const prune = db.prepare(`DELETE FROM run WHERE started_at < ? AND outcome <> 'running'`);
  const oldest = db.prepare('SELECT started_at FROM run ORDER BY id LIMIT 1').pluck();
  const removeEmpty = db.prepare('DELETE FROM run WHERE id = ?');

  return {
    /** When the oldest run that is kept began. */
    oldestAt: (): Date | null => {
      const at = z.string().optional().parse(oldest.get());
      return at === undefined ? null : new Date(at);
    },
    begin: (launcherId: LauncherId, cause: RunCause, at: string): RunId =>
      RunIdSchema.parse(insert.pluck().get(launcherId, cause, at, JSON.stringify(noCounts))),
    end: (id: RunId, result: RunEnd): void => {
      const error = result.error === null ? null : JSON.stringify(result.error);
      end.run(result.at, result.outcome, JSON.stringify(result.counts), error, id);
    },
    /** Runs that a crash cut short. */
    closeInterrupted: (at: string): number => interrupt.run(at).changes,
    get: (id: RunId): Run | undefined => {
      const row = selectOne.get(id);
      return row === undefined ? undefined : toRun(row);
    },
    /** Newest first. */
    list: ({ launcherId, before = Number.MAX_SAFE_INTEGER, limit }: RunQuery): Run[] =>
      (launcherId === undefined
        ? select.all({ before, limit })
        : selectOf.all({ launcherId, before, limit })
      ).map(toRun),
    prune: (before: string): number => prune.run(before).changes,
    delete: (id: RunId): void => {
      removeEmpty.run(id);
    },
  };
}

function toRun(row: unknown): Run {
  const found = Row.parse(row);
  return Run.parse({
    id: found.id,
    launcherId: found.launcher_id,
    cause: found.cause,
    startedAt: found.started_at,
    endedAt: found.ended_at,
    outcome: found.outcome,
    counts: readJson(RunCounts, found.counts, 'run.counts'),
    error: found.error === null ? null : readJson(ErrorBody, found.error, 'run.error'),
  });
}
