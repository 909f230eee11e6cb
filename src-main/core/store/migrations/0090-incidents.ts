// Incidents: the account they are about, where they are about one, and whether a mail about them is still owed.
import type { Migration } from '../migrate.ts';

export const incidents: Migration = {
  version: 90,
  sql: `
ALTER TABLE incident ADD COLUMN account_id TEXT;
ALTER TABLE incident ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX incident_owed ON incident (rule_id) WHERE owed = 1;

-- They named the first launcher that waited for the account.
UPDATE incident SET launcher_id = NULL,
  account_id = CASE WHEN key LIKE '% ends' THEN substr(key, 1, length(key) - 5) ELSE key END
WHERE kind = 'signIn' AND code <> 'launcherSignIn';
`,
};
