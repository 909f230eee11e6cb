// Envelopes: documents that are delivered together, what each envelope was, and what answers what.
import type { Migration } from '../migrate.ts';

export const envelopes: Migration = {
  version: 80,
  sql: `
-- Null = on its own. 'folder': temp_path and final_path lie in folders that are renamed as one. 'flat': side by side.
ALTER TABLE document ADD COLUMN bundle TEXT;

CREATE TABLE envelope (
  item_id INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
  kind TEXT NOT NULL, identity TEXT NOT NULL,
  -- How many documents it is whole with.
  documents INTEGER NOT NULL
) STRICT;
CREATE INDEX envelope_identity ON envelope (identity);

CREATE TABLE envelope_document (
  item_id INTEGER NOT NULL REFERENCES envelope (item_id) ON DELETE CASCADE, position INTEGER NOT NULL,
  form TEXT NOT NULL, title TEXT NOT NULL, link_key TEXT, is_answer INTEGER NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (item_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX envelope_link ON envelope_document (link_key) WHERE link_key IS NOT NULL;
`,
};
