// The router: service and connector instances, the outbox, rules of notices and their incidents.
import type { Migration } from '../migrate.ts';

export const router: Migration = {
  version: 30,
  sql: `
CREATE TABLE connector (
  id TEXT PRIMARY KEY, config TEXT NOT NULL, created_at TEXT NOT NULL, changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE service (
  id TEXT PRIMARY KEY, config TEXT NOT NULL, connector_id TEXT REFERENCES connector (id),
  created_at TEXT NOT NULL, changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE service_type (
  type TEXT PRIMARY KEY, default_connector_id TEXT REFERENCES connector (id)
) STRICT;

-- AUTOINCREMENT: a number told to somebody never means another message later.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL, once_key TEXT, document_id INTEGER,
  service_type TEXT NOT NULL, service_id TEXT NOT NULL, service_name TEXT NOT NULL,
  connector_id TEXT, connector_name TEXT NOT NULL DEFAULT '', connector_choice TEXT,
  asker TEXT NOT NULL, sender TEXT NOT NULL, reply_to TEXT NOT NULL, subject TEXT NOT NULL,
  recipients TEXT NOT NULL, attachments TEXT NOT NULL, size_bytes INTEGER NOT NULL,
  state TEXT NOT NULL, held INTEGER NOT NULL DEFAULT 0, committed INTEGER NOT NULL DEFAULT 0, cut INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0, doubts INTEGER NOT NULL DEFAULT 0, next_try_at TEXT,
  reason TEXT, response TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL, changed_at TEXT NOT NULL, sent_at TEXT
) STRICT;
CREATE UNIQUE INDEX outbox_once ON outbox (once_key) WHERE once_key IS NOT NULL;
CREATE INDEX outbox_due ON outbox (service_id, next_try_at) WHERE next_try_at IS NOT NULL;
CREATE INDEX outbox_state ON outbox (state, id);
CREATE INDEX outbox_held ON outbox (document_id) WHERE held = 1;

-- Apart: the lists of the window never read the texts.
CREATE TABLE outbox_text (
  outbox_id INTEGER PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE, text TEXT NOT NULL, html TEXT NOT NULL
) STRICT;

-- Small attachments: one flush for row and bytes. Larger ones are files.
CREATE TABLE outbox_blob (
  file TEXT PRIMARY KEY, outbox_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE, bytes BLOB NOT NULL
) STRICT;
CREATE INDEX outbox_blob_of ON outbox_blob (outbox_id);

CREATE TABLE notice_rule (
  id TEXT PRIMARY KEY, config TEXT NOT NULL, state TEXT NOT NULL DEFAULT '{}',
  created_at TEXT NOT NULL, changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE incident (
  id INTEGER PRIMARY KEY AUTOINCREMENT, rule_id TEXT NOT NULL REFERENCES notice_rule (id) ON DELETE CASCADE,
  kind TEXT NOT NULL, key TEXT NOT NULL, subject TEXT NOT NULL, launcher_id TEXT,
  code TEXT NOT NULL, params TEXT NOT NULL, opened_at TEXT NOT NULL, last_seen_at TEXT NOT NULL,
  closed_at TEXT, told_at TEXT, outbox_ids TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE UNIQUE INDEX incident_open ON incident (rule_id, key) WHERE closed_at IS NULL;
`,
};
