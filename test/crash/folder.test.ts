// Killed at every step of a run over a folder, under every fate.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { makePdf } from '../helpers/make-pdf.ts';
import { tempDir } from '../helpers/temp-dir.ts';
import { killEverywhere, type Scenario } from './scenario.ts';

const files = {
  'a.pdf': makePdf(2000, 1),
  'b.pdf': makePdf(70_000, 2),
  'sub/c.pdf': makePdf(3000, 3),
};

function folderWorld(fate: object, extra: object = {}): Scenario['world'] {
  return async (dir) => {
    const root = join(dir, 'in');
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(root, name, '..'), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    await Promise.resolve();
    return {
      source: { protocol: 'folder', path: root, recursive: true, fate, ...extra },
      look: () => Promise.resolve(tree(root)),
    };
  };
}

/** Files below a folder with their sizes; the archive's folder of the day is called so, whatever the day. */
function tree(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path.slice(root.length)} ${readFileSync(path).length}`)
    .map((line) => line.replace(/\d{4}-\d{2}-\d{2}/, 'DAY'))
    .sort();
}

const scenarios: Scenario[] = [
  { title: 'archive', world: folderWorld({ kind: 'archive' }) },
  { title: 'delete', world: folderWorld({ kind: 'delete' }) },
  { title: 'leave', world: folderWorld({ kind: 'leave' }) },
  { title: 'delete, disk thread', world: folderWorld({ kind: 'delete' }), threaded: true },
  {
    title: 'leave, hungry job, disk thread',
    world: folderWorld({ kind: 'leave' }),
    hungry: true,
    threaded: true,
  },
  { title: 'delete, hungry job', world: folderWorld({ kind: 'delete' }), hungry: true },
  { title: 'leave, hungry job', world: folderWorld({ kind: 'leave' }), hungry: true },
  {
    title: 'archive with sidecar',
    world: folderWorld({ kind: 'archive' }),
    job: { sidecar: 'text', collision: 'number' },
  },
  {
    title: 'rejected moved',
    world: async (dir) => {
      const rejectedFate = { kind: 'move', folder: join(dir, 'rejected') };
      const world = await folderWorld({ kind: 'delete' }, { rejectedFate })(dir);
      return { ...world, look: () => Promise.resolve(tree(join(dir, 'rejected'))) };
    },
    launcher: { filter: { include: 'a*;b*' } },
  },
];

describe('a folder launcher killed at any step', { timeout: 600_000 }, () => {
  it.each(scenarios)('ends as if nothing had happened: $title', async (scenario) => {
    await killEverywhere(scenario, tempDir);
  });
});
