// Launchers, their pause, and the cursor of their last complete listing.
import { z } from 'zod';
import { ErrorBody } from '#contract/error-codes';
import { LauncherId } from '#contract/ids';
import { Launcher, LauncherDraft } from '#contract/model/launcher';
import { readJson } from './json-column.ts';
import type { Db } from './open-database.ts';

const Row = z.object({
  id: z.string(),
  config: z.string(),
  paused: z.number(),
  created_at: z.string(),
  changed_at: z.string(),
});

const StateRow = z.object({
  pause_reason: z.string().nullable(),
  paused_until: z.string().nullable(),
  cursor: z.string().nullable(),
  cursor_revision: z.string().nullable(),
});

export type LauncherState = {
  /** Why it paused by itself; null when a person paused it, or it runs. */
  readonly pauseReason: ErrorBody | null;
  /** When its pause ends by itself; null = when somebody resumes it, or it is not paused. */
  readonly pausedUntil: string | null;
  readonly cursor: string | null;
  /** Filter and routing under which that cursor was written. */
  readonly cursorRevision: string | null;
};

export type LauncherRepo = ReturnType<typeof createLauncherRepo>;

export function createLauncherRepo(db: Db) {
  const columns = 'id, config, paused, created_at, changed_at';
  const selectAll = db.prepare(
    `SELECT ${columns} FROM launcher WHERE deleted_at IS NULL ORDER BY created_at, rowid`,
  );
  const selectOne = db.prepare(
    `SELECT ${columns} FROM launcher WHERE id = ? AND deleted_at IS NULL`,
  );
  const upsert = db.prepare(
    `INSERT INTO launcher (id, config, created_at, changed_at) VALUES (@id, @config, @at, @at)
     ON CONFLICT (id) DO UPDATE SET config = @config, changed_at = @at, deleted_at = NULL,
       paused = CASE WHEN deleted_at IS NULL THEN paused ELSE 0 END,
       pause_reason = CASE WHEN deleted_at IS NULL THEN pause_reason END,
       paused_until = CASE WHEN deleted_at IS NULL THEN paused_until END`,
  );
  const remove = db.prepare('UPDATE launcher SET deleted_at = ? WHERE id = ?');
  const pause = db.prepare(
    'UPDATE launcher SET paused = ?, pause_reason = ?, paused_until = NULL WHERE id = ?',
  );
  const pauseUntil = db.prepare(
    `UPDATE launcher SET paused = 1, paused_until = ?
     WHERE deleted_at IS NULL AND (paused = 0 OR paused_until IS NOT NULL)`,
  );
  const resumeDue = db.prepare(
    'UPDATE launcher SET paused = 0, paused_until = NULL WHERE paused_until <= ?',
  );
  const firstEnd = db.prepare('SELECT min(paused_until) FROM launcher').pluck();
  const selectState = db.prepare(
    'SELECT pause_reason, paused_until, cursor, cursor_revision FROM launcher WHERE id = ?',
  );
  const setCursor = db.prepare('UPDATE launcher SET cursor = ?, cursor_revision = ? WHERE id = ?');

  return {
    list: (): Launcher[] => selectAll.all().map(toLauncher),
    get: (id: LauncherId): Launcher | undefined => {
      const row = selectOne.get(id);
      return row === undefined ? undefined : toLauncher(row);
    },
    save: (id: LauncherId, draft: z.output<typeof LauncherDraft>, at: string): void => {
      const { id: _id, ...config } = draft;
      upsert.run({ id, config: JSON.stringify(config), at });
    },
    /** Hidden from then on; its history stays. */
    delete: (id: LauncherId, at: string): void => {
      remove.run(at, id);
    },
    /** `reason` null = a person decided. */
    setPaused: (id: LauncherId, paused: boolean, reason: ErrorBody | null): void => {
      pause.run(paused ? 1 : 0, reason === null ? null : JSON.stringify(reason), id);
    },
    /** All but those that are paused without an end: they stay so. */
    pauseAllUntil: (until: string): void => {
      pauseUntil.run(until);
    },
    /** Ends the pauses whose time has come; how many there were. */
    resumeDue: (now: string): number => resumeDue.run(now).changes,
    /** When the next pause ends by itself. */
    nextPauseEnd: (): string | null => z.string().nullable().parse(firstEnd.get()),
    state: (id: LauncherId): LauncherState => {
      const row = StateRow.parse(selectState.get(id));
      const reason = row.pause_reason;
      return {
        pauseReason: reason === null ? null : readJson(ErrorBody, reason, 'launcher.pause_reason'),
        pausedUntil: row.paused_until,
        cursor: row.cursor,
        cursorRevision: row.cursor_revision,
      };
    },
    setCursor: (id: LauncherId, cursor: string | null, revision: string): void => {
      setCursor.run(cursor, revision, id);
    },
  };
}

function toLauncher(row: unknown): Launcher {
  const { id, config, paused, created_at, changed_at } = Row.parse(row);
  const draft = readJson(LauncherDraft.omit({ id: true }), config, `launcher ${id}`);
  return Launcher.parse({
    ...draft,
    id,
    paused: paused === 1,
    createdAt: created_at,
    changedAt: changed_at,
  });
}
