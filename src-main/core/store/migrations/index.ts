// All migrations, oldest first. One that was released is never edited.
import type { Migration } from '../migrate.ts';
import { initial } from './0010-initial.ts';
import { accountTokens } from './0020-account-tokens.ts';
import { router } from './0030-router.ts';
import { windowTables } from './0060-window.ts';
import { timedPauses } from './0070-timed-pauses.ts';
import { envelopes } from './0080-envelopes.ts';
import { incidents } from './0090-incidents.ts';

export const migrations: readonly Migration[] = [
  initial,
  accountTokens,
  router,
  windowTables,
  timedPauses,
  envelopes,
  incidents,
];

export const latestVersion = migrations.reduce((top, step) => Math.max(top, step.version), 0);
