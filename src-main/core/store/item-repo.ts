// Items and documents as people look at them: lists, one item with its documents, retry, replay, export.
import { z } from 'zod';
import type { ItemId, LauncherId } from '#contract/ids';
import type { Item, ItemState } from '#contract/model/item';
import { toDocument, toItem } from './ledger-rows.ts';
import type { Db } from './open-database.ts';

export type ItemQuery = {
  readonly launcherId?: LauncherId | undefined;
  readonly state?: ItemState | undefined;
  /** Only items older than this one, for paging. */
  readonly before?: number | undefined;
  readonly limit: number;
};

/** One line of the exported history. */
export const HistoryRow = z.object({
  delivered_at: z.string().nullable(),
  state: z.string(),
  launcher: z.string(),
  job: z.string(),
  title: z.string(),
  original_name: z.string().nullable(),
  name: z.string().nullable(),
  final_path: z.string().nullable(),
  size_bytes: z.number().nullable(),
  sha256: z.string().nullable(),
  received_at: z.string().nullable(),
  seen_at: z.string(),
  reason: z.string().nullable(),
});
export type HistoryRow = z.infer<typeof HistoryRow>;

const HISTORY_PAGE = 500;

export type ItemRepo = ReturnType<typeof createItemRepo>;

export function createItemRepo(db: Db) {
  const select = db.prepare(
    `SELECT * FROM item WHERE (@launcherId IS NULL OR launcher_id = @launcherId)
       AND (@state IS NULL OR state = @state) AND (@before IS NULL OR id < @before) ORDER BY id DESC LIMIT @limit`,
  );
  const selectOne = db.prepare('SELECT * FROM item WHERE id = ?');
  const documents = db.prepare('SELECT * FROM document WHERE item_id = ? ORDER BY id');
  const retry = db.prepare(
    `UPDATE item SET state = 'deferred', attempts = 0, next_try_at = NULL, reason = NULL, changed_at = @at
     WHERE id = @id AND state IN ('deferred', 'quarantined', 'unrouted', 'filtered', 'gone')`,
  );
  const replay = db.prepare(
    `UPDATE item SET state = 'deferred', replay = 1, generation = generation + 1, attempts = 0,
       next_try_at = NULL, settle_due_at = NULL, reason = NULL, changed_at = @at
     WHERE id = @id AND state IN ('delivered', 'settled') AND location IS NOT NULL`,
  );
  const counts = db.prepare(
    `SELECT state, count(*) AS n FROM item WHERE launcher_id = ? AND state <> 'settled' AND state <> 'filtered'
       AND state <> 'gone' GROUP BY state`,
  );
  const history = db.prepare(
    `SELECT item.id, document.delivered_at, item.state, item.launcher_id AS launcher, coalesce(document.job_id, '') AS job,
       item.title, document.original_name, document.name, document.final_path, document.size_bytes,
       document.sha256, item.received_at, item.seen_at, item.reason
     FROM item LEFT JOIN document ON document.item_id = item.id
     WHERE item.id IN (SELECT id FROM item WHERE id > @after AND (@launcherId IS NULL OR launcher_id = @launcherId)
       ORDER BY id LIMIT @limit) ORDER BY item.id, document.id`,
  );

  const withDocuments = (row: unknown): Item => {
    const { id } = z.object({ id: z.number() }).parse(row);
    return toItem(row, documents.all(id).map(toDocument));
  };

  return {
    /** Newest first. */
    list: (query: ItemQuery): Item[] =>
      select
        .all({
          launcherId: query.launcherId ?? null,
          state: query.state ?? null,
          before: query.before ?? null,
          limit: query.limit,
        })
        .map(withDocuments),
    get: (id: ItemId): Item | undefined => {
      const row = selectOne.get(id);
      return row === undefined ? undefined : withDocuments(row);
    },
    /** Tries again what was given up on or set aside; false where there is nothing to retry. */
    retry: (id: ItemId, at: string): boolean => retry.run({ id, at }).changes === 1,
    /** Delivers once more what was delivered; false where the source no longer has it. */
    replay: (id: ItemId, at: string): boolean => replay.run({ id, at }).changes === 1,
    /** Items that are not concluded, by state. */
    openCounts: (launcherId: LauncherId): Readonly<Record<string, number>> =>
      Object.fromEntries(
        z
          .array(z.object({ state: z.string(), n: z.number() }))
          .parse(counts.all(launcherId))
          .map((row) => [row.state, row.n]),
      ),
    /**
     * Oldest first, in pages: the whole history need not fit in memory, and nothing stays open between two of
     * them, for SQLite would refuse the writes of a run meanwhile.
     */
    *history(launcherId: LauncherId | undefined, pageItems = HISTORY_PAGE): Generator<HistoryRow> {
      let after = 0;
      for (;;) {
        const page = history.all({ launcherId: launcherId ?? null, after, limit: pageItems });
        for (const row of page) {
          after = z.object({ id: z.number() }).parse(row).id;
          yield HistoryRow.parse(row);
        }
        if (page.length === 0) return;
      }
    },
  };
}
