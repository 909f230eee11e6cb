// A commit of the ledger whose flush fails, and the end of the program before its next write: SQLite finds the commit in its
// log at the next start. The disk is made to fail under the built program by a library loaded before it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../helpers/temp-dir.ts';
import { describeWith } from '../servers/required.ts';

const program = new URL('../../dist/lanceur.cjs', import.meta.url).pathname;
const code = new URL('lost-flush.c', import.meta.url).pathname;

function lanceur(dir: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const all = [program, '--data', join(dir, 'data'), ...args];
  return spawnSync(process.execPath, all, { encoding: 'utf8', env: { ...process.env, ...env } });
}

const documents = { 'a.txt': 'the first', 'b.txt': 'the second' };

async function world() {
  const dir = await tempDir();
  const [from, cold] = [join(dir, 'in'), join(dir, 'cold')];
  mkdirSync(from);
  mkdirSync(cold);
  const configuration = {
    format: 'lanceur-cold/1',
    jobs: [{ id: 'job', name: 'job', destination: { kind: 'folder', path: cold } }],
    launchers: [
      {
        id: 'launcher',
        description: 'launcher',
        source: { protocol: 'folder', path: from, fate: { kind: 'delete' } },
        affiliations: [{ jobId: 'job', extensions: [] }],
      },
    ],
  };
  writeFileSync(join(dir, 'configuration.json'), JSON.stringify(configuration));
  expect(lanceur(dir, ['import', join(dir, 'configuration.json')]).status).toBe(0);
  for (const [name, text] of Object.entries(documents)) writeFileSync(join(from, name), text);
  return { dir, from, cold };
}

describeWith(['cc'], 'a flush of the ledger that fails', () => {
  it(
    'costs no document and gives none twice, though the program dies before its next write',
    { timeout: 300_000 },
    async () => {
      const library = join(await tempDir(), 'lost-flush.so');
      const built = spawnSync('cc', ['-shared', '-fPIC', '-o', library, code, '-ldl']);
      expect(String(built.stderr)).toBe('');
      let killed = 0;
      for (let failAt = 1; failAt <= 10; failAt += 1) {
        const { dir, from, cold } = await world();
        const run = ['run', 'launcher', '--once'];
        const cut = lanceur(dir, run, { LD_PRELOAD: library, FAIL_AT: String(failAt) });
        if (cut.signal === 'SIGKILL') killed += 1;

        expect([failAt, lanceur(dir, run).status]).toEqual([failAt, 0]);

        const found = readdirSync(cold).map((name) => [
          name,
          readFileSync(join(cold, name), 'utf8'),
        ]);
        expect([failAt, Object.fromEntries(found)]).toEqual([failAt, documents]);
        expect([failAt, readdirSync(from)]).toEqual([failAt, []]);
      }
      expect(killed).toBeGreaterThan(4);
    },
  );
});
