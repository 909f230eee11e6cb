// The pipeline with the folder source of the program: files on a disk, from one folder into another.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { seededBytes } from '../../helpers/seeded-bytes.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

async function setUp(given: Parameters<typeof launcherDraft>[2] = {}) {
  const core = await makeCore({ dir: dir(), clock: fakeClock(new Date()), isReal: true });
  const job = await core.job('out');
  const folder = join(dir(), 'in');
  mkdirSync(folder);
  const launcher = await core.call('launchers.save', launcherDraft(folder, job, given));
  const put = (name: string, content: string | Buffer = name): void => {
    writeFileSync(join(folder, name), content);
  };
  return { core, job, folder, launcher, put };
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();

describe('a folder launcher', () => {
  it('delivers the files and puts the originals into its archive', async () => {
    const { core, folder, launcher, put } = await setUp({ fate: { kind: 'archive' } });
    put('a.txt', 'content');
    put('b.txt');

    const run = await core.run(launcher);

    expect(run).toMatchObject({ outcome: 'done', counts: { delivered: 2, settled: 2 } });
    expect(core.filesIn('out')).toEqual(['a.txt', 'b.txt']);
    expect(core.read('out', 'a.txt')).toBe('content');
    expect(filesBelow(folder)).toEqual(['a.txt', 'b.txt']);
    expect(readdirSync(folder).filter((name) => name.endsWith('.txt'))).toEqual([]);
    expect((await core.run(launcher)).counts.documents).toBe(0);
  });

  it('puts away, and does not deliver again, what was renamed between its delivery and its fate', async () => {
    const archiveFolder = join(dir(), 'kept');
    const fate = { kind: 'archive', archiveFolder } as const;
    const { core, folder, launcher, put } = await setUp({ fate });
    put('a.txt', 'content');
    writeFileSync(archiveFolder, 'no folder yet');
    expect((await core.run(launcher)).outcome).toBe('warnings');
    renameSync(join(folder, 'a.txt'), join(folder, 'b.txt'));
    rmSync(archiveFolder);
    await core.clock.advance(60_000);

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ known: 1, documents: 0, settled: 1 });
    expect(core.filesIn('out')).toEqual(['a.txt']);
    expect(readdirSync(folder)).toEqual([]);
    expect(filesBelow(archiveFolder)).toEqual(['b.txt']);
    expect(await core.states(launcher)).toEqual({ 'b.txt': 'settled' });
  });

  it('delivers once more from its archive what somebody asks for again', async () => {
    const { core, launcher, put } = await setUp({ fate: { kind: 'archive' } });
    put('a.txt', 'content');
    await core.run(launcher);
    const [item] = await core.items(launcher);

    await core.call('items.replay', { id: item!.id });
    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a (2).txt', 'a.txt']);
    expect((await core.items(launcher))[0]).toMatchObject({ state: 'settled' });
  });

  it('moves files into the COLD job where they are to be deleted', async () => {
    const { core, folder, launcher, put } = await setUp({ fate: { kind: 'delete' } });
    const bytes = seededBytes(3_000_000, 1);
    put('large.bin', bytes);
    put('small.txt', 'x');

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ delivered: 2, settled: 2, bytes: 3_000_001 });
    expect(filesBelow(folder)).toEqual([]);
    expect(readFileSync(join(core.folderOf('out'), 'large.bin')).equals(bytes)).toBe(true);
  });

  it('sets aside what can never go through, gives dangerous names safe ones, and lets the others go on', async () => {
    const { core, launcher, put } = await setUp();
    for (const name of ['CON.txt', 'a:b.txt', 'ends with a dot.txt.', 'é'.repeat(120) + '.txt'])
      put(name);
    put('empty.txt', '');

    const run = await core.run(launcher);
    expect(run.counts).toMatchObject({ seen: 5, delivered: 4, deferred: 1 });
    // An empty file is given time to become a full one.
    for (let look = 0; look < 3; look += 1) {
      await core.clock.advance(10 * 60_000);
      await core.run(launcher);
    }

    const [item] = await core.items(launcher, 'quarantined');
    expect(item).toMatchObject({ title: 'empty.txt', reason: { code: 'file.empty' } });
    for (const name of core.filesIn('out')) expect(name).not.toMatch(/[:*?"<>|]|[. ]$|^con\b/i);
  });

  it('waits for a folder that is away', async () => {
    const { core, job } = await setUp();
    const launcher = await core.call('launchers.save', launcherDraft(join(dir(), 'no'), job));

    const run = await core.run(launcher);

    expect(run.outcome).toMatch(/waiting|failed/);
    expect(run.error?.params['path']).toBe(join(dir(), 'no'));
  });

  it('stopped while it copies leaves no temporary file, and goes on where it was', async () => {
    const { core, launcher, put } = await setUp();
    for (let i = 0; i < 6; i += 1) put(`${i}.bin`, seededBytes(4_000_000, i));
    const run = core.run(launcher);
    await eventually(() => core.filesIn('out').length > 0, { everyMs: 1 });

    await core.call('runs.stop', { id: launcher.id });

    const { outcome, counts } = await run;
    await eventually(() => core.filesIn('out').every((name) => !name.startsWith('.')));
    expect(counts.seen).toBe(counts.delivered + counts.deferred);
    expect(core.filesIn('out')).toHaveLength(counts.documents);
    expect(['stopped', 'done']).toContain(outcome);
    await core.run(launcher);
    expect(core.filesIn('out')).toHaveLength(6);
  });

  it('takes a file only when it has been quiet long enough', async () => {
    const { core, launcher, put } = await setUp({ quietSeconds: 30 });
    put('a.txt', 'one');

    const first = await core.run(launcher, true);
    await core.clock.advance(10_000);
    put('a.txt', 'one and more');
    const second = await core.run(launcher, true);
    await core.clock.advance(31_000);
    const third = await core.run(launcher, true);

    expect([first, second, third].map((run) => run.counts.delivered)).toEqual([0, 0, 1]);
    expect(core.read('out', 'a.txt')).toBe('one and more');
    expect(await core.items(launcher)).toHaveLength(1);
  });

  it('does not deliver again a file that was renamed after its delivery', async () => {
    const { core, folder, launcher, put } = await setUp();
    put('a.txt');
    await core.run(launcher);
    renameSync(join(folder, 'a.txt'), join(folder, 'b.txt'));

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 1, known: 1 });
    expect(core.filesIn('out')).toEqual(['a.txt']);
  });
});
