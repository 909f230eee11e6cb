import { cpSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '#core/store/open-database';
import { withoutFlush } from '#core/store/in-one-transaction';
import { createWalFlush } from '#core/store/wal-flush';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

async function database() {
  const dataDir = await tempDir();
  const db = openDatabase({ dataDir, clock: fakeClock(), logger: memoryLogger() });
  onTestFinished(() => void db.close());
  const add = db.prepare(`INSERT INTO meta (key, value) VALUES (?, '')`);
  const write = (key: string): unknown => withoutFlush(db, () => add.run(key));
  const walFlush = () => {
    const made = createWalFlush(db);
    onTestFinished(made.close);
    return made;
  };
  return { dataDir, db, write, walFlush };
}

describe('a flush of the write-ahead log', () => {
  it('serves all who ask at the same time, and what they wrote is in the files', async () => {
    const { dataDir, write, walFlush } = await database();
    const { flush } = walFlush();

    const keys = Array.from({ length: 20 }, (_, index) => `key ${index}`);
    await Promise.all(
      keys.map((key) => {
        write(key);
        return flush();
      }),
    );

    // As the disk has it, without this connection.
    const copy = `${dataDir}.copy`;
    cpSync(dataDir, copy, { recursive: true });
    const other = new Database(join(copy, 'lanceur.db'));
    onTestFinished(() => void other.close());
    const found = other.prepare(`SELECT key FROM meta WHERE key LIKE 'key %'`).pluck().all();
    expect(found.sort()).toEqual(keys.sort());
  });

  it('goes on with the log after a checkpoint, and where there is no log', async () => {
    const { db, write, walFlush } = await database();
    const { flush } = walFlush();
    write('a');
    await flush();
    db.pragma('wal_checkpoint(TRUNCATE)');
    write('b');
    await expect(flush()).resolves.toBeUndefined();

    db.pragma('journal_mode = DELETE');
    const second = walFlush();
    write('c');
    await expect(second.flush()).resolves.toBeUndefined();
  });

  it('says what the disk says', async () => {
    const { db, walFlush } = await database();
    db.pragma('journal_mode = DELETE');
    db.pragma('query_only = ON');

    await expect(walFlush().flush()).rejects.toThrow(/readonly|read-only/);
    db.pragma('query_only = OFF');
  });

  it('never asks a second time what the disk could not write, for the system has forgotten it by then', async () => {
    const { db, write } = await database();
    const lost = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
    const log = { datasync: () => Promise.reject(lost), close: () => Promise.resolve() };
    const made = createWalFlush(db, () => Promise.resolve(log));
    onTestFinished(made.close);
    write('a');

    await expect(made.flush()).rejects.toBe(lost);
    expect(db.prepare(`SELECT 1 FROM meta WHERE key = 'flushed'`).get()).toBeUndefined();
  });

  it('has nothing to do once the database is being closed', async () => {
    const { write, walFlush } = await database();
    const { flush, close } = walFlush();
    write('a');
    await flush();

    await close();

    await expect(flush()).resolves.toBeUndefined();
  });

  it('has let go of the log once it is closed, whatever closing says', async () => {
    const { db, write } = await database();
    const closing = Promise.withResolvers<void>();
    const log = { datasync: () => Promise.resolve(), close: () => closing.promise };
    const made = createWalFlush(db, () => Promise.resolve(log));
    write('a');
    await made.flush();

    let isClosed = false;
    const closed = made.close().then(() => (isClosed = true));
    await new Promise(setImmediate);
    expect(isClosed).toBe(false);
    closing.reject(new Error('EIO: i/o error, close'));

    await expect(closed).resolves.toBe(true);
  });
});
