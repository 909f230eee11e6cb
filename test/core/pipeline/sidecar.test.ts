// The index file beside a document: there before it, never without it, and never instead of somebody else's file.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

async function setUp() {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('out', { sidecar: 'json', name: 'out' });
  const source = core.sources.at('/in');
  const launcher = await core.call('launchers.save', launcherDraft('/in', job));
  const at = (name: string): string => join(core.folderOf('out'), name);
  return { core, job, source, launcher, at };
}

const visible = (names: readonly string[]) => names.filter((name) => !name.startsWith('.'));

describe('an index file', () => {
  it('lies there before its document does', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf' });
    const looks: string[][] = [];
    core.hooks.checkpoint = (step) => {
      if (step === 'file.renamed') looks.push(visible(core.filesIn('out')));
    };

    await core.run(launcher);

    expect(looks).toEqual([['a.pdf.json'], ['a.pdf', 'a.pdf.json']]);
  });

  it('tells where the document comes from, what it is called and what it weighs', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'mail', files: { 'a:b.pdf': 'hello' } });

    await core.run(launcher);

    const [document] = (await core.items(launcher))[0]!.documents;
    const facts: unknown = JSON.parse(core.read('out', `${document!.name}.json`));
    expect(facts).toEqual({
      original_name: 'a:b.pdf',
      name: document!.name,
      size: 5,
      sha256: document!.sha256,
      received_at: '2026-01-05T07:00:00.000Z',
      delivered_at: expect.stringMatching(/^2026-01-05T08/) as unknown,
      launcher: 'launcher on /in',
      job_number: 87,
      job_name: 'out',
      source_path: 'mail',
    });
  });

  it('is taken back when its document cannot go in, and the document comes at the next attempt', async () => {
    const { core, source, launcher, at } = await setUp();
    source.put({ key: 'a.pdf' });
    core.hooks.checkpoint = (step) => {
      // Somebody takes the name in the moment between its choice and the rename.
      if (step === 'ledger.delivering') mkdirSync(at('a.pdf'));
    };

    const first = await core.run(launcher);
    core.hooks.checkpoint = undefined;
    expect(first.counts).toMatchObject({ seen: 1, deferred: 1, documents: 0 });
    expect(core.filesIn('out')).toEqual(['a.pdf']);
    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a (2).pdf', 'a (2).pdf.json', 'a.pdf']);
  });

  it('of a stranger is left alone, and keeps no document from going in under another name', async () => {
    const { core, source, launcher, at } = await setUp();
    source.put({ key: 'a.pdf' });
    core.hooks.checkpoint = (step) => {
      if (step === 'ledger.delivering') writeFileSync(at('a.pdf.json'), 'not ours');
    };

    const first = await core.run(launcher);
    core.hooks.checkpoint = undefined;
    expect(first.counts).toMatchObject({ deferred: 1, documents: 0 });
    expect(core.filesIn('out')).toEqual(['a.pdf.json']);
    expect(core.read('out', 'a.pdf.json')).toBe('not ours');
    await core.run(launcher);

    expect(visible(core.filesIn('out'))).toEqual(['a (2).pdf', 'a (2).pdf.json', 'a.pdf.json']);
  });

  it('that cannot be written keeps its document back, alone, and leaves nothing behind', async () => {
    const { core, source, launcher, at } = await setUp();
    for (const name of ['a.pdf', 'b.pdf', 'c.pdf']) source.put({ key: name });
    let blocked = '';
    source.hooks.onFetch = async (key) => {
      if (key !== 'c.pdf' || blocked !== '') return;
      const [temporary = ''] = await eventually(
        () => core.filesIn('out').length > 0 && core.filesIn('out'),
      ).then((found) => found || []);
      // The documents are numbered 0 to 2, so 4 is the index of the second: its name is taken by a folder.
      blocked = at(temporary.replace(/[0-9a-z]+\.part$/, '4.part'));
      mkdirSync(blocked);
    };

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 3, delivered: 2, deferred: 1 });
    rmSync(blocked, { recursive: true });
    expect(core.filesIn('out')).toEqual(['a.pdf', 'a.pdf.json', 'c.pdf', 'c.pdf.json']);
    await core.run(launcher);
    expect(core.filesIn('out')).toHaveLength(6);
  });
});
