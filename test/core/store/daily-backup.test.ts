import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { isBackupDue, startDailyBackup } from '#core/store/daily-backup';
import { openStore } from '#core/store/store';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const never = new AbortController().signal;

const setUp = () => {
  const clock = fakeClock('2026-01-05T08:00:00Z');
  const logger = memoryLogger();
  const store = openStore({ dataDir: dir(), clock, logger });
  return { clock, logger, store };
};
const backups = () => {
  const folder = join(dir(), 'backups');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};

describe('a backup of the running program', () => {
  it('is a whole database, with what was written while it was made', async () => {
    const { store } = setUp();
    const making = store.backUp(never);
    store.journal.add({ at: 'now', level: 'info', code: 'x', params: {} });
    await making;

    const copy = new Database(join(dir(), 'backups', backups()[0]!), { readonly: true });
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(copy.prepare('SELECT code FROM journal').pluck().all()).toEqual(['x']);
    copy.close();
    await store.close();
  });

  it('leaves nothing behind when it is called off', async () => {
    const { store } = setUp();

    await expect(store.backUp(AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });

    expect(backups()).toEqual([]);
    expect(store.latestBackupAt()).toBeNull();
    await store.close();
  });

  it('counts one of a clock that was years ahead as the oldest', async () => {
    const { store, clock } = setUp();
    clock.set('2031-01-05T08:00:00Z');
    await store.backUp(never);
    clock.set('2026-01-05T08:00:00Z');
    for (let day = 0; day < 5; day++) {
      await store.backUp(never);
      await clock.advance(24 * HOUR);
    }

    expect(backups().filter((name) => name.includes('2031'))).toEqual([]);
    expect(store.latestBackupAt()?.toISOString()).toBe('2026-01-09T08:00:00.000Z');
    await store.close();
  });

  it('keeps the newest five', async () => {
    const { store, clock } = setUp();
    for (let day = 0; day < 7; day++) {
      await store.backUp(never);
      await clock.advance(24 * HOUR);
    }

    expect(backups()).toHaveLength(5);
    expect(backups()[0]).toContain('2026-01-07');
    expect(store.latestBackupAt()?.toISOString()).toBe('2026-01-11T08:00:00.000Z');
    await store.close();
  });
});

describe('the daily backup', () => {
  const start = (newest: Date | null, fails = 0) => {
    const clock = fakeClock('2026-01-05T08:00:00Z');
    const logger = memoryLogger();
    const made: string[] = [];
    let newestAt = newest;
    let failures = fails;
    const daily = startDailyBackup({
      clock,
      logger,
      newestAt: () => newestAt,
      backUp: async () => {
        if (failures-- > 0) throw new Error('ENOSPC');
        newestAt = clock.now();
        made.push(newestAt.toISOString());
        await Promise.resolve();
      },
    });
    return { clock, logger, made, daily };
  };

  it('is made a minute after the first start, and then once a day', async () => {
    const { clock, made, daily } = start(null);
    await clock.advance(48 * HOUR + 2 * MINUTE);

    expect(made).toEqual(['05', '06', '07'].map((day) => `2026-01-${day}T08:01:00.000Z`));
    await daily.stop();
  });

  it('waits until the newest is a day old', async () => {
    const { clock, made, daily } = start(new Date('2026-01-04T20:00:00Z'));
    await clock.advance(13 * HOUR);

    expect(made).toEqual(['2026-01-05T20:00:00.000Z']);
    await daily.stop();
  });

  it('does not wait for years for a clock that was set back', async () => {
    const { clock, made, daily } = start(new Date('2031-01-04T20:00:00Z'));
    await clock.advance(25 * HOUR);

    expect(made).toEqual(['05', '06'].map((day) => `2026-01-${day}T08:01:00.000Z`));
    await daily.stop();
  });

  it('is tried again after an hour when it failed, and says so', async () => {
    const { clock, logger, made, daily } = start(null, 1);
    await clock.advance(2 * HOUR);

    expect(made).toEqual(['2026-01-05T09:01:00.000Z']);
    expect(logger.entries.map((entry) => entry.event)).toContain('store.backupFailed');
    await daily.stop();
  });

  it.each([
    ['nothing was done yet', null, null, false],
    ['work began today', null, '2026-01-05T07:00:00Z', false],
    ['work began days ago', null, '2026-01-02T08:00:00Z', true],
    ['the newest is of this morning', '2026-01-05T01:00:00Z', '2026-01-02T08:00:00Z', false],
    ['the newest is of yesterday at this hour', '2026-01-04T08:00:10Z', null, true],
    ['the clock was set back', '2031-01-04T20:00:00Z', null, true],
  ])('is due for a program that does not stay: %s', (_case, newest, since, isDue) => {
    const clock = fakeClock('2026-01-05T08:00:00Z');
    const dateOf = (text: string | null) => (text === null ? null : new Date(text));

    expect(isBackupDue({ clock, newestAt: () => dateOf(newest) }, dateOf(since))).toBe(isDue);
  });

  it('is over once it is stopped', async () => {
    const { clock, made, daily } = start(null);
    await daily.stop();
    await clock.advance(48 * HOUR);

    expect(made).toEqual([]);
  });
});
