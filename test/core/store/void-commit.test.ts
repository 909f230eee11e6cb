import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '#core/store/open-database';
import { createOutboxRepo } from '#core/store/outbox-repo';
import { createVoidCommit } from '#core/store/void-commit';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

async function database() {
  const db = openDatabase({ dataDir: await tempDir(), clock: fakeClock(), logger: memoryLogger() });
  onTestFinished(() => void db.close());
  return db;
}

describe('a transaction that failed', () => {
  const unflushed = new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');

  it('never comes back where nothing of it was written, or another was written over it', async () => {
    const { isVoid } = createVoidCommit(await database());

    expect(isVoid(new Database.SqliteError('full', 'SQLITE_FULL'))).toBe(true);
    expect(isVoid(unflushed)).toBe(true);
  });

  it('may come back where the disk goes on failing', async () => {
    const db = await database();
    const { isVoid } = createVoidCommit(db);
    db.pragma('query_only = ON');

    expect(isVoid(unflushed)).toBe(false);
    db.pragma('query_only = OFF');
  });
});

describe('a message whose row cannot be flushed', () => {
  const message = {
    ...{
      messageId: '<1@x>',
      onceKey: 'once',
      serviceType: 'mail',
      serviceId: null,
      serviceName: '',
    },
    ...{ sender: 'a@x.test', replyTo: '', subject: 's', text: 't', html: '', recipients: [] },
    ...{ asker: { kind: 'test' }, files: [], sizeBytes: 1, at: '2026-01-05T08:00:00.000Z' },
  };

  it('is not kept: whoever sends it is told that it was not taken', async () => {
    const flush = () => Promise.reject(new Error('EIO'));
    const outbox = createOutboxRepo(await database(), { flush });

    await expect(outbox.store(message as never)).rejects.toThrow('EIO');

    expect(outbox.byKey('once')).toBeUndefined();
    expect(outbox.due('', '9999', 10)).toEqual([]);
  });
});
