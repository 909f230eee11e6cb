// Items and documents as people look at them: lists, one item with its documents, retry, replay, export.
import { z } from 'zod';
import type { ItemId, LauncherId } from '#contract/ids';
import type { Item, ItemState } from '#contract/model/item';
import { toDocument, toItem, toRemark } from './ledger-rows.ts';
import { matchOf } from './search-repo.ts';
import { inOneTransaction } from './in-one-transaction.ts';
import type { Db } from './open-database.ts';

export type ItemQuery = {
  readonly launcherId?: LauncherId | undefined;
  readonly state?: ItemState | undefined;
  /** Only items older than this one, for paging. */
  readonly before?: number | undefined;
  /** Beginnings of words; see search-repo. */
  readonly text?: string | undefined;
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

const Numbered = z.object({ id: z.number() });
const Counts = z.array(z.object({ state: z.string(), n: z.number() }));

export function createItemRepo(db: Db) {
  const selectOne = db.prepare('SELECT * FROM item WHERE id = ?');
  const documents = db.prepare('SELECT * FROM document WHERE item_id = ? ORDER BY id');
  const remarks = db.prepare(
    `SELECT code, params FROM journal WHERE item_id IS NOT NULL AND item_id = ? AND level = 'warn'
     GROUP BY code, params ORDER BY min(id)`,
  );
  const retry = db.prepare(
    `UPDATE item SET state = 'deferred', attempts = 0, next_try_at = NULL, reason = NULL, changed_at = @at
     WHERE id = @id AND state IN ('deferred', 'quarantined', 'unrouted', 'filtered', 'dismissed', 'gone')`,
  );
  const dropCut = db.prepare(`DELETE FROM document WHERE item_id = ? AND state = 'delivering'`);
  const reopenCut = db.prepare(
    `UPDATE item SET state = 'deferred', attempts = 0, next_try_at = NULL, reason = NULL, changed_at = @at
     WHERE id = @id AND state = 'delivering'`,
  );
  const replay = db.prepare(
    `UPDATE item SET state = 'deferred', replay = 1, generation = generation + 1, attempts = 0,
       next_try_at = NULL, settle_due_at = NULL, reason = NULL, changed_at = @at
     WHERE id = @id AND state IN ('delivered', 'settled') AND location IS NOT NULL`,
  );
  const dismiss = db.prepare(
    `UPDATE item SET state = 'dismissed', next_try_at = NULL, changed_at = @at
     WHERE id = @id AND state IN ('quarantined', 'unrouted', 'deferred')`,
  );
  const counts = db.prepare(
    `SELECT state, count(*) AS n FROM item WHERE launcher_id = ? AND state <> 'settled' AND state <> 'filtered'
       AND state <> 'gone' AND state <> 'dismissed' GROUP BY state`,
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
    const { id } = Numbered.parse(row);
    return toItem(row, documents.all(id).map(toDocument), remarks.all(id).map(toRemark));
  };

  return {
    /** Newest first. */
    list: (query: ItemQuery): Item[] => {
      const match = query.text === undefined ? undefined : matchOf(query.text);
      const statement = db.prepare(listSql(query, match !== undefined));
      const { launcherId = null, state = null, before = null, limit } = query;
      return statement
        .all({ launcherId, state, before, limit, match: match ?? null })
        .map(withDocuments);
    },
    get: (id: ItemId): Item | undefined => {
      const row = selectOne.get(id);
      return row === undefined ? undefined : withDocuments(row);
    },
    /** Tries again what was given up on or set aside; false where there is nothing to retry. */
    retry: (id: ItemId, at: string): boolean => retry.run({ id, at }).changes === 1,
    /**
     * Gives up a delivery that was cut, and whose COLD job does not come back for recovery to find out what became of it: the
     * item is fetched anew. False where none is under way. Not while its launcher runs.
     */
    retryCut: inOneTransaction(db)((id: ItemId, at: string): boolean => {
      if (reopenCut.run({ id, at }).changes === 0) return false;
      dropCut.run(id);
      return true;
    }),
    /** Delivers once more what was delivered; false where the source no longer has it. */
    replay: (id: ItemId, at: string): boolean => replay.run({ id, at }).changes === 1,
    /** Not wanted any more; false where there is nothing to decide. */
    dismiss: (id: ItemId, at: string): boolean => dismiss.run({ id, at }).changes === 1,
    /** Items that are not concluded, by state. */
    openCounts: (launcherId: LauncherId): Readonly<Record<string, number>> =>
      Object.fromEntries(Counts.parse(counts.all(launcherId)).map(({ state, n }) => [state, n])),
    /**
     * Oldest first, in pages: the whole history need not fit in memory, and nothing stays open between two of
     * them, for SQLite would refuse the writes of a run meanwhile.
     */
    *history(launcherId: LauncherId | undefined, pageItems = HISTORY_PAGE): Generator<HistoryRow> {
      let after = 0;
      for (;;) {
        const page = history.all({ launcherId: launcherId ?? null, after, limit: pageItems });
        for (const row of page) {
          after = Numbered.parse(row).id;
          yield HistoryRow.parse(row);
        }
        if (page.length === 0) return;
      }
    },
  };
}

/** Only the terms that are asked for, so that each question finds its index. */
export function listSql(query: Omit<ItemQuery, 'limit'>, isSearch: boolean): string {
  const { launcherId, state, before } = query;
  const matches = `item_words MATCH @match${before === undefined ? '' : ' AND item_words.rowid < @before'}`;
  const terms = [
    ...(launcherId === undefined ? [] : ['launcher_id = @launcherId']),
    ...(state === undefined ? [] : [`state = @state${isSeldom(state) ? SELDOM : ''}`]),
  ];
  // The newest of what most items match are found at once. With a launcher or a seldom state beside, the rows of a hundred
  // thousand matches would be read to find a few: those are looked up in their index instead.
  const isNarrow = launcherId !== undefined || (state !== undefined && isSeldom(state));
  if (isSearch && !isNarrow) {
    return `SELECT item.* FROM item_words JOIN item ON item.id = item_words.rowid
      WHERE ${[matches, ...terms].join(' AND ')} ORDER BY item_words.rowid DESC LIMIT @limit`;
  }
  const within = isSearch
    ? [`id IN (SELECT rowid FROM item_words WHERE ${matches})`]
    : before === undefined
      ? []
      : ['id < @before'];
  const all = [...within, ...terms];
  const where = all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`;
  return `SELECT * FROM item ${where} ORDER BY id DESC LIMIT @limit`;
}

/** The terms of the partial index `item_seldom`, word for word. */
const SELDOM = ` AND state <> 'settled' AND state <> 'delivered' AND state <> 'fetching' AND state <> 'delivering'`;

const isSeldom = (state: ItemState): boolean =>
  !['settled', 'delivered', 'fetching', 'delivering'].includes(state);
