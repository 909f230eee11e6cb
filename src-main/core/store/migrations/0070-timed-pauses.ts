// When a pause ends by itself: an instant beside the pause of each launcher.
import type { Migration } from '../migrate.ts';

export const timedPauses: Migration = {
  version: 70,
  sql: 'ALTER TABLE launcher ADD COLUMN paused_until TEXT;',
};
