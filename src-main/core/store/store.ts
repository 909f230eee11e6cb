// The store: one database, its lock, and its repositories.
import { z } from 'zod';
import { newId } from '../new-id.ts';
import { createAccountRepo } from './account-repo.ts';
import { backUp, latestBackupAt } from './backup.ts';
import { acquireInstanceLock } from './instance-lock.ts';
import { createEnvelopeRepo } from './envelope-repo.ts';
import { createFiguresRepo } from './figures-repo.ts';
import { createItemRepo } from './item-repo.ts';
import { createJobRepo } from './job-repo.ts';
import { createJournalRepo } from './journal-repo.ts';
import { createLauncherRepo } from './launcher-repo.ts';
import { createLedgerRepo } from './ledger-repo.ts';
import { checkBesideWork } from './health-check.ts';
import {
  closeDatabase,
  databaseFile,
  type Db,
  openDatabase,
  type OpenOptions,
} from './open-database.ts';
import { createNoticeFactsRepo } from './notice-facts-repo.ts';
import { createNoticeRepo } from './notice-repo.ts';
import { createOutboxRepo } from './outbox-repo.ts';
import { createRouterRepo } from './router-repo.ts';
import { createRunRepo } from './run-repo.ts';
import { createSearchRepo } from './search-repo.ts';
import { createSettingsRepo } from './settings-repo.ts';
import { createWalFlush } from './wal-flush.ts';

export type Store = ReturnType<typeof openStore>;

/** Throws ConfigError `store.inUse`, `store.damaged` or `store.newer`. */
export function openStore(options: OpenOptions) {
  const lock = acquireInstanceLock(options.dataDir, options.clock);
  try {
    const db = openDatabase(options);
    const walFlush = createWalFlush(db);
    return {
      launchers: createLauncherRepo(db),
      jobs: createJobRepo(db),
      accounts: createAccountRepo(db),
      runs: createRunRepo(db),
      journal: createJournalRepo(db),
      ledger: createLedgerRepo(db),
      items: createItemRepo(db),
      notices: createNoticeRepo(db),
      noticeFacts: createNoticeFactsRepo(db),
      router: createRouterRepo(db),
      outbox: createOutboxRepo(db, walFlush),
      envelopes: createEnvelopeRepo(db),
      figures: createFiguresRepo(db),
      search: createSearchRepo(db),
      settings: createSettingsRepo(db),
      /** Marks this data folder's temporary files wherever they lie. */
      instanceTag: instanceTag(db),
      announce: lock.announce,
      /** All in one transaction, or nothing. */
      atomically: <T>(work: () => T): T => db.transaction(work).immediate(),
      /** See backup.ts. */
      backUp: (signal: AbortSignal): Promise<void> => backUp(db, options, signal),
      latestBackupAt: (): Date | null => latestBackupAt(options.dataDir, options.clock.now()),
      /** A large database is read whole while the program works; null where its start did so. */
      checkBesideWork: () => checkBesideWork(db, databaseFile(options.dataDir)),
      /** Version of SQLite, and size of the database. */
      facts: () => databaseFacts(db),
      /** The query plan, for tests that a query stays on its index. */
      explain: (sql: string): string =>
        JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()),
      close: async (): Promise<void> => {
        try {
          // Windows removes no log that somebody still has open.
          await walFlush.close();
          closeDatabase(db);
        } finally {
          lock.release();
        }
      },
    };
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

function instanceTag(db: Db): string {
  db.prepare(`INSERT OR IGNORE INTO meta (key, value) VALUES ('instance', ?)`).run(newId());
  const read = db.prepare(`SELECT value FROM meta WHERE key = 'instance'`).pluck();
  return z.string().parse(read.get());
}

function databaseFacts(db: Db): { readonly version: string; readonly sizeBytes: number } {
  const read = (sql: string): unknown => db.prepare(sql).pluck().get();
  const pages = z.number().parse(db.pragma('page_count', { simple: true }));
  const pageBytes = z.number().parse(db.pragma('page_size', { simple: true }));
  return {
    version: z.string().parse(read('SELECT sqlite_version()')),
    sizeBytes: pages * pageBytes,
  };
}
