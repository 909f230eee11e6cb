// All migrations, oldest first. One that was released is never edited.
import type { Migration } from '../migrate.ts';
import { initial } from './0010-initial.ts';

export const migrations: readonly Migration[] = [initial];

export const latestVersion = migrations.reduce((top, step) => Math.max(top, step.version), 0);
