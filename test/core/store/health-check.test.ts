// Damage in the database is found: at the start where that costs a moment, beside the work where it is large.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkBesideWork } from '#core/store/health-check';
import { closeDatabase, databaseFile, openDatabase } from '#core/store/open-database';
import { repairStore } from '#core/store/repair-store';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const options = () => ({ dataDir: dir(), clock: fakeClock(), logger: memoryLogger() });
const file = () => databaseFile(dir());

/** Many rows, closed in good order. */
function fill(): void {
  const db = openDatabase(options());
  const insert = db.prepare(
    `INSERT INTO job (id, config, created_at, changed_at) VALUES (?, ?, 'now', 'now')`,
  );
  const config = JSON.stringify({ name: 'a', destination: { kind: 'folder', path: '/x' } });
  db.transaction(() => {
    for (let i = 0; i < 2000; i += 1) insert.run(`job${i}`, config);
  })();
  closeDatabase(db);
}

function damage(): void {
  const bytes = readFileSync(file());
  bytes.fill(0xa5, bytes.length - 3 * 4096, bytes.length - 2 * 4096);
  writeFileSync(file(), bytes);
}

describe('a database', () => {
  it('that was closed in good order and rotted since is refused at the start', () => {
    fill();
    damage();

    expect(() => openDatabase(options())).toThrow(
      expect.objectContaining({ code: 'store.damaged' }),
    );
  });

  it('that is sound is opened, and a small one needs no further look', () => {
    fill();

    const db = openDatabase(options());

    expect(checkBesideWork(db, file())).toBeNull();
    closeDatabase(db);
  });
});

describe('a large database', () => {
  it('that is sound is found sound beside the work', async () => {
    fill();
    const db = openDatabase(options());

    const check = checkBesideWork(db, file(), 0);

    expect(await check?.damage).toBe('');
    closeDatabase(db);
    closeDatabase(openDatabase(options()));
  });

  it('that is damaged is found out beside the work, and the next start refuses it until it is repaired', async () => {
    fill();
    const db = openDatabase(options());
    damage();

    const check = checkBesideWork(db, file(), 0);

    expect(await check?.damage).toContain('job');
    closeDatabase(db);
    expect(() => openDatabase(options())).toThrow(
      expect.objectContaining({ code: 'store.damaged' }),
    );
    repairStore(options());
    closeDatabase(openDatabase(options()));
  });

  it('can be told to stop being read', async () => {
    fill();
    const db = openDatabase(options());

    const check = checkBesideWork(db, file(), 0);
    check?.stop();

    expect(await check?.damage).toBe('');
    closeDatabase(db);
  });
});
