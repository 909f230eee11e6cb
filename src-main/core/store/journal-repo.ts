// The journal: history for people, code and parameters, translated when shown. It may be pruned; the ledger may not.
import { z } from 'zod';
import { ErrorParams } from '#contract/error-codes';
import type { ItemId, LauncherId, RunId } from '#contract/ids';
import { JournalEntry } from '#contract/model/journal';
import { readJson } from './json-column.ts';
import type { Db } from './open-database.ts';

const Row = z.object({
  id: z.number(),
  at: z.string(),
  level: z.string(),
  code: z.string(),
  params: z.string(),
  launcher_id: z.string().nullable(),
  run_id: z.number().nullable(),
  item_id: z.number().nullable(),
});

export type NewEntry = {
  readonly at: string;
  readonly level: JournalEntry['level'];
  readonly code: string;
  readonly params?: ErrorParams;
  readonly launcherId?: LauncherId;
  readonly runId?: RunId;
  readonly itemId?: ItemId;
};

export type JournalQuery = {
  readonly launcherId?: LauncherId | undefined;
  readonly itemId?: ItemId | undefined;
  /** Only entries older than this one, for paging. */
  readonly before?: number | undefined;
  readonly limit: number;
};

export type JournalRepo = ReturnType<typeof createJournalRepo>;

export function createJournalRepo(db: Db) {
  const insert = db.prepare(
    `INSERT INTO journal (at, level, code, params, launcher_id, run_id, item_id) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const prune = db.prepare('DELETE FROM journal WHERE at < ?');

  return {
    add: (entry: NewEntry): void => {
      insert.run(
        entry.at,
        entry.level,
        entry.code,
        JSON.stringify(entry.params ?? {}),
        entry.launcherId ?? null,
        entry.runId ?? null,
        entry.itemId ?? null,
      );
    },
    /** Newest first. */
    list: (query: JournalQuery): JournalEntry[] => {
      const terms = [
        ...(query.itemId === undefined ? [] : ['item_id IS NOT NULL AND item_id = @itemId']),
        ...(query.launcherId === undefined ? [] : ['launcher_id = @launcherId']),
        ...(query.before === undefined ? [] : ['id < @before']),
      ];
      const where = terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`;
      const select = db.prepare(`SELECT * FROM journal ${where} ORDER BY id DESC LIMIT @limit`);
      const { launcherId = null, itemId = null, before = null, limit } = query;
      return select.all({ launcherId, itemId, before, limit }).map(toEntry);
    },
    prune: (before: string): number => prune.run(before).changes,
  };
}

function toEntry(row: unknown): JournalEntry {
  const found = Row.parse(row);
  return JournalEntry.parse({
    id: found.id,
    at: found.at,
    level: found.level,
    code: found.code,
    params: readJson(ErrorParams, found.params, 'journal.params'),
    launcherId: found.launcher_id,
    runId: found.run_id,
    itemId: found.item_id,
  });
}
