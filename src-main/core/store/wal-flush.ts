// Puts transactions that were committed without a flush of their own on the disk, without holding up the thread: one
// flush of the write-ahead log serves all who ask for it at the same time. As durable as `synchronous=FULL`: a commit
// lies in the log before it is flushed here, and a checkpoint flushes the log before the log may be written anew
// (sqlite.org/wal.html). SQLite keeps no locks on the log that closing it would drop (sqlite.org/walformat.html, 2.2).
import { type FileHandle, open } from 'node:fs/promises';
import type { Db } from './open-database.ts';

export interface WalFlush {
  /** Resolves when what was committed before the call is on the disk. Throws what the disk says. */
  readonly flush: () => Promise<void>;
  /** Before the database is closed, which flushes by itself. Resolves when the log is let go of; never rejects. */
  readonly close: () => Promise<void>;
}

type LogFile = Pick<FileHandle, 'datasync' | 'close'>;
type OpenLog = (path: string, flags: string) => Promise<LogFile>;

/** What a disk says that could not write. */
const LOST = new Set(['EIO', 'ENOSPC', 'EDQUOT']);

/** `openFile`: for tests. */
export function createWalFlush(db: Db, openFile: OpenLog = open): WalFlush {
  let handle: Promise<LogFile> | undefined;
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let isClosed = false;

  const touch = db.prepare(
    `INSERT INTO meta (key, value) VALUES ('flushed', '') ON CONFLICT (key) DO UPDATE SET value = ''`,
  );

  const sync = async (): Promise<void> => {
    if (isClosed) return;
    try {
      handle ??= openFile(`${db.name}-wal`, 'r+');
      await (await handle).datasync();
    } catch (thrown) {
      handle = undefined;
      // Never asked a second time: the system forgets what it could not write, and would say that all is well.
      if (isLost(thrown)) throw thrown;
      // Without a log to be had (some shares cannot have one), a commit that flushes does it, or says what is wrong.
      if (!isClosed) touch.run();
    }
  };
  return {
    // A flush that is under way may have begun before the caller's commit: the next one serves it.
    flush: () => {
      next ??= running
        .catch(() => undefined)
        .then(() => {
          next = undefined;
          running = sync();
          return running;
        });
      return next;
    },
    close: async () => {
      isClosed = true;
      try {
        // It waits for what is under way.
        await (await handle)?.close();
      } catch {
        // Nothing is lost.
      }
    },
  };
}

const isLost = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && LOST.has(String(thrown.code));
