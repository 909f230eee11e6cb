// Items by words of their titles and of their documents' names. The words are gathered after the runs and before a search, in
// batches, so that no run waits for them; how far they go is kept in `meta`.
import { z } from 'zod';
import type { Db } from './open-database.ts';

/** Some 10 ms of work: while the words of a long history are gathered the window is to answer as ever. */
const BATCH = 500;
const ITEMS = 'words.items';
const DOCUMENTS = 'words.documents';

const Ids = z.array(z.number().int());
const NewDocuments = z.array(z.object({ id: z.number(), item: z.number() }));
const Mark = z.number().catch(0);

export type SearchRepo = ReturnType<typeof createSearchRepo>;

export function createSearchRepo(db: Db) {
  const readMark = db.prepare('SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?').pluck();
  const writeMark = db.prepare(
    'INSERT INTO meta (key, value) VALUES (@key, @value) ON CONFLICT (key) DO UPDATE SET value = @value',
  );
  const newItems = db.prepare('SELECT id FROM item WHERE id > ? ORDER BY id LIMIT ?').pluck();
  const newDocuments = db.prepare(
    'SELECT id, item_id AS item FROM document WHERE id > ? ORDER BY id LIMIT ?',
  );
  const gather = db.prepare(
    `INSERT OR REPLACE INTO item_words (rowid, words)
     SELECT item.id, item.title || ' ' || coalesce((SELECT group_concat(original_name || ' ' || name, ' ')
       FROM document WHERE item_id = item.id), '') FROM item WHERE item.id = ?`,
  );
  const newest = {
    items: db.prepare('SELECT coalesce(max(id), 0) FROM item').pluck(),
    documents: db.prepare('SELECT coalesce(max(id), 0) FROM document').pluck(),
  };
  const mark = (key: string): number => Mark.parse(readMark.get(key));

  const step = db.transaction((): boolean => {
    const done = mark(ITEMS);
    const items = Ids.parse(newItems.all(done, BATCH));
    const documents = NewDocuments.parse(newDocuments.all(mark(DOCUMENTS), BATCH));
    if (items.length + documents.length === 0) return false;
    // The documents of an item whose turn comes later are gathered with it.
    const late = documents.map((one) => one.item).filter((item) => item <= done);
    for (const id of new Set([...items, ...late])) gather.run(id);
    const [lastItem, lastDocument] = [items.at(-1), documents.at(-1)?.id];
    if (lastItem !== undefined) writeMark.run({ key: ITEMS, value: String(lastItem) });
    if (lastDocument !== undefined) writeMark.run({ key: DOCUMENTS, value: String(lastDocument) });
    return items.length === BATCH || documents.length === BATCH;
  });

  return {
    /** Gathers the words of some items that came since; false when none is left. */
    gatherSome: (): boolean => step.immediate(),
    /** Items whose words are not gathered yet, at most: numbers that were given to nothing are counted too. */
    left: (): number =>
      Math.max(
        0,
        Mark.parse(newest.items.get()) - mark(ITEMS),
        Mark.parse(newest.documents.get()) - mark(DOCUMENTS),
      ),
  };
}

/** Every word must begin a word of the item: `fact 2026` finds `Facture_2026-11.pdf`. Undefined: nothing to search for. */
export function matchOf(text: string): string | undefined {
  const words = text.normalize('NFC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.length === 0 ? undefined : words.map((word) => `"${word}"*`).join(' ');
}
