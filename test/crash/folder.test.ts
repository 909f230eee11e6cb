// Killed at every step of a run over a folder, under every fate.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { makePdf } from '../helpers/make-pdf.ts';
import { type Scenario, survives } from './scenario.ts';
import { treeOf } from './tree-of.ts';

const files = {
  'a.pdf': makePdf(2000, 1),
  'b.pdf': makePdf(70_000, 2),
  'sub/c.pdf': makePdf(3000, 3),
};

function folderWorld(
  fate: object,
  extra: object = {},
  names = Object.keys(files),
): Scenario['world'] {
  return async (dir) => {
    const root = join(dir, 'in');
    for (const [name, content] of Object.entries(files)) {
      if (!names.includes(name)) continue;
      mkdirSync(join(root, name, '..'), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    await Promise.resolve();
    return {
      source: { protocol: 'folder', path: root, recursive: true, fate, ...extra },
      look: () => Promise.resolve(treeOf(root)),
    };
  };
}

/** For what takes more than one run: each step is a life. */
const two = ['a.pdf', 'sub/c.pdf'];

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
      return { ...world, look: () => Promise.resolve(treeOf(join(dir, 'rejected'))) };
    },
    launcher: { filter: { include: 'a*;b*' } },
  },
  {
    title: 'archive, once more by hand',
    world: folderWorld({ kind: 'archive' }, {}, two),
    decision: { kind: 'replay' },
  },
  {
    title: 'name taken, tried again by hand',
    world: folderWorld({ kind: 'delete' }, {}, two),
    job: { collision: 'refuse', sidecar: 'json' },
    already: { 'a.pdf': 'of a stranger' },
    decision: { kind: 'retry', remove: 'a.pdf' },
  },
  {
    title: 'name taken, given up by hand',
    world: folderWorld({ kind: 'delete' }, {}, two),
    job: { collision: 'refuse' },
    already: { 'a.pdf': 'of a stranger' },
    decision: { kind: 'dismiss' },
  },
  {
    title: 'name replaced, with index file',
    world: folderWorld({ kind: 'delete' }, {}, two),
    job: { collision: 'replace', sidecar: 'xml' },
    already: { 'a.pdf': 'an older one', 'a.pdf.xml': 'of the older one' },
  },
];

describe('a folder launcher killed at any step', () => {
  survives(scenarios);
});
