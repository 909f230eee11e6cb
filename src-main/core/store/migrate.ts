// Brings the schema to the newest version, each step in its own transaction, in order.
import type { Checkpoint, Logger } from '../ports.ts';
import { migrations } from './migrations/index.ts';
import type { Db } from './open-database.ts';

export type Migration = {
  /** Numbered in tens, so that branches can meet. */
  readonly version: number;
  readonly sql: string;
};

type Watching = { readonly logger: Logger; readonly checkpoint?: Checkpoint };

export function migrate(
  db: Db,
  { logger, checkpoint }: Watching,
  upTo = Number.POSITIVE_INFINITY,
): void {
  for (const step of migrations) {
    const current = Number(db.pragma('user_version', { simple: true }));
    if (step.version <= current || step.version > upTo) continue;
    db.transaction(() => {
      db.exec(step.sql);
      db.pragma(`user_version = ${step.version}`);
    }).immediate();
    checkpoint?.('store.migrated');
    logger.log('info', 'store.migrated', { version: step.version });
  }
}
