// What the window asks for: settings of the program, words to search items by, the chain of custody of one item, documents
// per day, and lists that stay quick at a million rows.
import type { Migration } from '../migrate.ts';

export const windowTables: Migration = {
  version: 60,
  sql: `
CREATE TABLE settings (
  id INTEGER PRIMARY KEY CHECK (id = 1), config TEXT NOT NULL, changed_at TEXT NOT NULL
) STRICT;

-- Words of an item's title and of its documents' names, by item id. Filled after the runs, not in them: see search-repo.
CREATE VIRTUAL TABLE item_words USING fts5 (
  words, content = '', contentless_delete = 1, detail = none, prefix = '2 3 4',
  tokenize = "unicode61 remove_diacritics 2"
);

CREATE INDEX item_by_launcher ON item (launcher_id);
-- What is seldom among a million delivered ones. The query must repeat its terms: see item-repo.
CREATE INDEX item_seldom ON item (state)
  WHERE state <> 'settled' AND state <> 'delivered' AND state <> 'fetching' AND state <> 'delivering';
CREATE INDEX document_by_day ON document (delivered_at, size_bytes, item_id) WHERE delivered_at IS NOT NULL;
CREATE INDEX journal_by_item ON journal (item_id, id) WHERE item_id IS NOT NULL;
CREATE INDEX journal_by_time ON journal (at);
CREATE INDEX run_by_time ON run (started_at);
`,
};
