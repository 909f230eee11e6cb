// What a sign-in with a provider leaves behind: its tokens, sealed, and what may be shown of them.
import type { Migration } from '../migrate.ts';

export const accountTokens: Migration = {
  version: 20,
  sql: `
ALTER TABLE account ADD COLUMN tokens TEXT;
ALTER TABLE account ADD COLUMN token_state TEXT;
`,
};
