import Database from 'better-sqlite3';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closeDatabase, databaseFile, openDatabase } from '#core/store/open-database';
import { latestVersion } from '#core/store/migrations/index';
import { repairStore } from '#core/store/repair-store';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const options = () => ({ dataDir: dir(), clock: fakeClock(), logger: memoryLogger() });
const job = `INSERT INTO job VALUES (?, '{"name":"a","destination":{"kind":"folder","path":"/x"}}', 'now', 'now')`;

/** A database with many rows that was not closed cleanly, with noise over one of its pages. */
function damage(): void {
  const db = openDatabase(options());
  const insert = db.prepare(job);
  db.transaction(() => {
    for (let i = 0; i < 2000; i += 1) insert.run(`job${i}`);
  })();
  db.close();
  const bytes = readFileSync(databaseFile(dir()));
  bytes.fill(0xa5, bytes.length - 3 * 4096, bytes.length - 2 * 4096);
  writeFileSync(databaseFile(dir()), bytes);
}

/** A database of an older program. */
function thawOld(): void {
  const old = new Database(databaseFile(dir()));
  old.exec('CREATE TABLE precious (x); INSERT INTO precious VALUES (7); PRAGMA user_version = 5');
  old.close();
}

describe('openDatabase', () => {
  it('keeps every commit through a power cut: WAL with synchronous FULL', () => {
    const db = openDatabase(options());

    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    db.close();
  });

  it('makes all tables strict', () => {
    const db = openDatabase(options());
    const tables = db.pragma('table_list') as { name: string; type: string; strict: number }[];
    // A full-text index and the tables it keeps for itself cannot be.
    const loose = tables.filter(
      (t) => t.type === 'table' && !t.name.startsWith('sqlite_') && t.strict === 0,
    );

    expect(loose).toEqual([]);
    db.close();
  });

  it('copies the database before a migration touches it', () => {
    thawOld();

    openDatabase(options()).close();

    const [backup] = readdirSync(join(dir(), 'backups'));
    const copy = new Database(join(dir(), 'backups', backup!), { readonly: true });
    expect(copy.pragma('user_version', { simple: true })).toBe(5);
    expect(copy.prepare('SELECT x FROM precious').pluck().get()).toBe(7);
    copy.close();
  });

  it('counts no copy that was cut short, and clears it away with the next', () => {
    const cut = () => {
      throw new Error('killed');
    };
    thawOld();
    expect(() => openDatabase({ ...options(), checkpoint: cut })).toThrow('killed');
    writeFileSync(join(dir(), 'backups', 'lanceur-v5-2026-01-01T00-00-00-000Z.db.part'), 'half');

    openDatabase(options()).close();

    expect(readdirSync(join(dir(), 'backups'))).toEqual(['lanceur-v5-2026-01-05T08-00-00-000Z.db']);
  });

  it('makes no copy where there is nothing to migrate', () => {
    closeDatabase(openDatabase(options()));

    openDatabase(options()).close();

    expect(existsSync(join(dir(), 'backups'))).toBe(false);
  });

  it('refuses a database of a newer program and leaves it as it is', () => {
    const newer = new Database(databaseFile(dir()));
    newer.pragma(`user_version = ${latestVersion + 10}`);
    newer.close();

    expect(() => openDatabase(options())).toThrow(
      expect.objectContaining({ kind: 'config', code: 'store.newer' }),
    );
  });

  it('says that the file is damaged after a crash left noise in it', () => {
    damage();

    expect(() => openDatabase(options())).toThrow(
      expect.objectContaining({
        code: 'store.damaged',
        params: { file: databaseFile(dir()), backup: '' },
      }),
    );
  });

  it('says that the file is damaged when it is no database at all', () => {
    writeFileSync(databaseFile(dir()), 'Bonjour, je ne suis pas une base de données.'.repeat(200));

    expect(() => openDatabase(options())).toThrow(
      expect.objectContaining({ code: 'store.damaged' }),
    );
  });

  it('says that the file is damaged when nothing is left in it though there is a backup', () => {
    const backup = join(dir(), 'backups', 'lanceur-v90-2026-01-05T08-00-00-000Z.db');
    closeDatabase(openDatabase(options()));
    mkdirSync(join(dir(), 'backups'));
    copyFileSync(databaseFile(dir()), backup);
    truncateSync(databaseFile(dir()));

    expect(() => openDatabase(options())).toThrow(
      expect.objectContaining({
        code: 'store.damaged',
        params: { file: databaseFile(dir()), backup },
      }),
    );
    expect(repairStore(options()).from).toBe('backup');
  });

  it('takes a file of no bytes without a backup for the start that a crash cut short', () => {
    writeFileSync(databaseFile(dir()), '');

    closeDatabase(openDatabase(options()));
  });
});

describe('repairStore', () => {
  it('keeps the damaged file and saves the rows that can still be read', () => {
    damage();

    const repair = repairStore(options());

    expect(existsSync(repair.kept)).toBe(true);
    expect(repair.from).toBe('salvage');
    expect(repair.rows).toBeGreaterThan(1000);
    const db = openDatabase(options());
    const jobs = Number(db.prepare('SELECT count(*) FROM job').pluck().get());
    expect(jobs).toBeGreaterThan(1000);
    expect(jobs).toBeLessThanOrEqual(2000);
    db.close();
  });

  it('starts from the newest backup where there is one', () => {
    const old = new Database(databaseFile(dir()));
    old.pragma('user_version = 5');
    old.close();
    closeDatabase(openDatabase(options()));
    damage();

    const repair = repairStore(options());

    expect(repair.from).toBe('backup');
    closeDatabase(openDatabase(options()));
  });

  it('passes over a backup that is damaged itself', () => {
    const backups = join(dir(), 'backups');
    closeDatabase(openDatabase(options()));
    mkdirSync(backups);
    copyFileSync(databaseFile(dir()), join(backups, 'lanceur-v80-2026-01-02T08-00-00-000Z.db'));
    writeFileSync(join(backups, 'lanceur-v80-2026-01-03T08-00-00-000Z.db'), 'cut short');
    damage();

    expect(repairStore(options()).from).toBe('backup');
    expect(readdirSync(backups)).toHaveLength(2);
    closeDatabase(openDatabase(options()));
  });

  it('gives an empty database where not even a header is left, and keeps the file', () => {
    writeFileSync(databaseFile(dir()), Buffer.alloc(50_000, 7));

    const repair = repairStore(options());

    expect(readFileSync(repair.kept)).toEqual(Buffer.alloc(50_000, 7));
    openDatabase(options()).close();
  });
});
