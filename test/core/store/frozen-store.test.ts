// Databases of released versions, frozen as SQL text: today's program opens each, keeps a copy, and loses no row.
// How they are made is in freeze-store.ts.
import Database from 'better-sqlite3';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ItemId } from '#contract/ids';
import { latestVersion } from '#core/store/migrations/index';
import { closeDatabase, databaseFile, openDatabase } from '#core/store/open-database';
import { repairStore } from '#core/store/repair-store';
import { openStore } from '#core/store/store';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const options = () => ({ dataDir: dir(), clock: fakeClock(), logger: memoryLogger() });
const folder = join(import.meta.dirname, '../../fixtures/store');
const versions = readdirSync(folder).map((name) => Number(/^v(\d+)\.sql$/.exec(name)?.[1]));

type Rows = Record<string, Record<string, unknown>[]>;

function thaw(version: number): Rows {
  const db = new Database(databaseFile(dir()));
  db.exec(readFileSync(join(folder, `v${version}.sql`), 'utf8'));
  const rows = readRows(db);
  db.close();
  return rows;
}

function readRows(db: Database.Database): Rows {
  const tables = (db.pragma('table_list') as { name: string; type: string }[])
    .filter(({ name, type }) => type === 'table' && !name.startsWith('sqlite_') && name !== 'meta')
    .map(({ name }) => name);
  return Object.fromEntries(
    tables.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).all() as Rows[string]]),
  );
}

describe.each(versions)('a database of version %i', (version) => {
  it('has rows in every table', () => {
    for (const [table, rows] of Object.entries(thaw(version))) {
      expect(rows.length, table).toBeGreaterThan(0);
    }
  });

  it('is brought to the latest version with every row, and a copy of it is kept as it was', () => {
    const before = thaw(version);

    const db = openDatabase(options());

    const after = readRows(db);
    for (const [table, rows] of Object.entries(before)) {
      expect(after[table], table).toMatchObject(rows);
      expect(after[table]?.length, table).toBe(rows.length);
    }
    expect(db.pragma('user_version', { simple: true })).toBe(latestVersion);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    closeDatabase(db);
    const [name] = readdirSync(join(dir(), 'backups'));
    expect(name).toContain(`-v${version}-`);
    const copy = new Database(join(dir(), 'backups', name!), { readonly: true });
    expect(readRows(copy)).toEqual(before);
    copy.close();
  });

  it('is understood: launchers, jobs, accounts, items and runs can be read', async () => {
    const before = thaw(version);

    const store = openStore(options());

    expect(store.launchers.list().length).toBe(before['launcher']?.length);
    expect(store.jobs.list().length).toBe(before['job']?.length);
    expect(store.accounts.list().length).toBe(before['account']?.length);
    const { runs, items, launchers } = store;
    for (const { id: launcherId } of launchers.list()) runs.list({ launcherId, limit: 100 });
    for (const row of before['item'] ?? []) {
      expect(items.get(ItemId.parse(row['id']))?.title).toBe(row['title']);
    }
    await store.close();
  });

  it('that is damaged is salvaged with the rows that can be read', async () => {
    const before = thaw(version);
    const bytes = readFileSync(databaseFile(dir()));
    // The version goes as well as a page of rows.
    bytes.fill(0xa5, bytes.length - 4096);
    writeFileSync(databaseFile(dir()), bytes);

    const repair = repairStore(options());

    const total = Object.values(before).reduce((sum, rows) => sum + rows.length, 0);
    expect(repair.from).toBe('salvage');
    expect(repair.rows).toBeGreaterThan(total / 2);
    await openStore(options()).close();
  });
});
