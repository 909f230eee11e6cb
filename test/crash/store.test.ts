// Killed at every step of a migration and of a copy of the database: the next start has all that was there, and every copy
// that bears a name is whole.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { JobDraft } from '#contract/model/cold-job';
import { JobId } from '#contract/ids';
import { databaseFile } from '#core/store/open-database';
import { openStore } from '#core/store/store';
import { fakeClock } from '../helpers/fake-clock.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';
import { tempDir } from '../helpers/temp-dir.ts';
import { outlive } from './run-child.ts';
import type { StoreOrder } from './store-child.ts';

type End = { readonly passed: readonly string[]; readonly jobs: readonly string[] };

const fixtures = join(import.meta.dirname, '../fixtures/store');
const [oldest = 0] = readdirSync(fixtures)
  .map((name) => Number(/^v(\d+)\.sql$/.exec(name)?.[1]))
  .sort((a, b) => a - b);

/** A database of the oldest released version. */
function thaw(dataDir: string): void {
  const db = new Database(databaseFile(dataDir));
  db.exec(readFileSync(join(fixtures, `v${oldest}.sql`), 'utf8'));
  db.close();
}

/** One of today, of some hundred pages: they are copied in several portions. */
async function fill(dataDir: string): Promise<void> {
  const store = openStore({ dataDir, clock: fakeClock(), logger: memoryLogger() });
  const name = 'x'.repeat(190);
  store.atomically(() => {
    for (let id = 0; id < 3000; id += 1) {
      const destination = { kind: 'folder', path: `/in/${id}` };
      store.jobs.save(
        JobId.parse(`job${id}`),
        JobDraft.parse({ name: name + id, destination }),
        'now',
      );
    }
  });
  await store.close();
}

async function live(dataDir: string, dieAt: number, backsUp: boolean): Promise<End | null> {
  const order: StoreOrder = { dataDir, dieAt, backsUp };
  const said = await outlive('store-child', order);
  return said === null ? null : (JSON.parse(said) as End);
}

const scenes: readonly {
  readonly title: string;
  readonly make: (dataDir: string) => Promise<void> | void;
  readonly backsUp: boolean;
  readonly step: string;
}[] = [
  { title: 'a migration', make: thaw, backsUp: false, step: 'store.migrated' },
  { title: 'a copy of the running program', make: fill, backsUp: true, step: 'store.copying' },
];

describe('the database killed at any step', () => {
  it.each(scenes)(
    'of $title loses nothing, and leaves no copy that is not whole',
    async ({ make, backsUp, step }) => {
      const play = async (dieAt: number) => {
        const dataDir = join(await tempDir(), 'data');
        mkdirSync(dataDir);
        await make(dataDir);
        const first = await live(dataDir, dieAt, backsUp);
        const copies = join(dataDir, 'backups');
        const cut = readdirSync(copies).filter((name) => name.endsWith('.db'));
        for (const name of cut) expectWhole(join(copies, name));
        const second = await live(dataDir, 0, true);
        const left = readdirSync(copies).filter((name) => !name.endsWith('.db'));
        return { passed: first?.passed ?? [], jobs: second?.jobs, left };
      };

      const { passed, ...unbroken } = await play(0);
      expect(passed).toEqual(expect.arrayContaining([step, 'store.copied']));
      expect(unbroken.left).toEqual([]);
      for (let dieAt = 1; dieAt <= passed.length; dieAt += 1) {
        const { passed: _, ...broken } = await play(dieAt);
        expect(broken, `killed at ${dieAt} (${passed[dieAt - 1]})`).toEqual(unbroken);
      }
    },
    300_000,
  );
});

function expectWhole(copy: string): void {
  const db = new Database(copy, { fileMustExist: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.prepare('SELECT count(*) FROM job').pluck().get()).toBeGreaterThan(0);
  db.close();
}
