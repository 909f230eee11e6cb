// Configuration, the ledger (what is known of each item: what makes us correct) and the journal (history for people).
import type { Migration } from '../migrate.ts';

export const initial: Migration = {
  version: 10,
  sql: `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE job (
  id TEXT PRIMARY KEY, config TEXT NOT NULL, created_at TEXT NOT NULL, changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE account (
  id TEXT PRIMARY KEY, config TEXT NOT NULL, secret TEXT, created_at TEXT NOT NULL, changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE launcher (
  id TEXT PRIMARY KEY, config TEXT NOT NULL, paused INTEGER NOT NULL DEFAULT 0, pause_reason TEXT,
  cursor TEXT, cursor_revision TEXT, created_at TEXT NOT NULL, changed_at TEXT NOT NULL, deleted_at TEXT
) STRICT;

CREATE TABLE run (
  id INTEGER PRIMARY KEY, launcher_id TEXT NOT NULL REFERENCES launcher (id) ON DELETE CASCADE,
  cause TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT, outcome TEXT NOT NULL,
  counts TEXT NOT NULL, error TEXT
) STRICT;
CREATE INDEX run_by_launcher ON run (launcher_id, id);

CREATE TABLE item (
  id INTEGER PRIMARY KEY, launcher_id TEXT NOT NULL REFERENCES launcher (id) ON DELETE CASCADE,
  key TEXT NOT NULL, version TEXT NOT NULL, fingerprint TEXT, location TEXT, title TEXT NOT NULL,
  state TEXT NOT NULL, revision TEXT NOT NULL, reason TEXT, attempts INTEGER NOT NULL DEFAULT 0,
  generation INTEGER NOT NULL DEFAULT 0, replay INTEGER NOT NULL DEFAULT 0,
  next_try_at TEXT, settle_due_at TEXT, observation TEXT,
  size_bytes INTEGER NOT NULL, received_at TEXT, seen_at TEXT NOT NULL, changed_at TEXT NOT NULL, run_id INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX item_identity ON item (launcher_id, key, version);
CREATE INDEX item_fingerprint ON item (launcher_id, fingerprint) WHERE fingerprint IS NOT NULL;
-- SQLite uses a partial index only where the query repeats its terms: see OPEN in ledger-repo.
CREATE INDEX item_open ON item (launcher_id, state)
  WHERE state <> 'settled' AND state <> 'filtered' AND state <> 'gone';

CREATE TABLE document (
  id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
  generation INTEGER NOT NULL, part TEXT NOT NULL, original_name TEXT NOT NULL, name TEXT NOT NULL,
  job_id TEXT NOT NULL, temp_path TEXT NOT NULL, final_path TEXT NOT NULL,
  sidecar_temp TEXT, sidecar_final TEXT, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
  state TEXT NOT NULL, delivered_at TEXT, run_id INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX document_identity ON document (item_id, generation, part);
CREATE INDEX document_delivering ON document (state) WHERE state = 'delivering';

CREATE TABLE journal (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, level TEXT NOT NULL, code TEXT NOT NULL, params TEXT NOT NULL,
  launcher_id TEXT, run_id INTEGER, item_id INTEGER
) STRICT;
CREATE INDEX journal_by_launcher ON journal (launcher_id, id);
`,
};
