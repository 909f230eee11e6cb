import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

async function setUp(given: Parameters<typeof launcherDraft>[2] = {}) {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('out');
  const source = core.sources.at('/in');
  const launcher = await core.call('launchers.save', launcherDraft('/in', job, given));
  const change = (changes: Parameters<typeof launcherDraft>[2]) =>
    core.call(
      'launchers.save',
      launcherDraft('/in', job, { ...given, ...changes, id: launcher.id }),
    );
  return { core, job, source, launcher, change };
}

const fetches = (log: readonly string[]): string[] =>
  log.filter((line) => line.startsWith('fetch'));

describe('a run', () => {
  it('delivers each document once, however often it runs', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf' });
    source.put({ key: 'b.pdf' });

    const first = await core.run(launcher);
    const second = await core.run(launcher);
    source.put({ key: 'c.pdf' });
    const third = await core.run(launcher);

    expect(first).toMatchObject({ outcome: 'done', error: null });
    expect(first.counts).toMatchObject({ seen: 2, delivered: 2, documents: 2 });
    expect(second.counts).toMatchObject({ seen: 2, known: 2, documents: 0 });
    expect(third.counts).toMatchObject({ seen: 3, known: 2, delivered: 1 });
    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.pdf', 'c.pdf']);
    expect(core.read('out', 'a.pdf')).toBe('content of a.pdf ');
    expect(source.leaks()).toBe(0);
  });

  it('fetches nothing that it knows, not even after a restart', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf' });
    await core.run(launcher);

    await core.restart();
    await core.run(launcher);

    expect(fetches(source.log)).toEqual(['fetch a.pdf']);
  });

  it('delivers a new version of a document beside the old one', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf', version: '1' });
    await core.run(launcher);
    source.put({ key: 'a.pdf', version: '2' });

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 1, delivered: 1 });
    expect(core.filesIn('out')).toEqual(['a (2).pdf', 'a.pdf']);
  });

  it('uses a name again once the COLD job has taken its document', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf', version: '1' });
    await core.run(launcher);
    rmSync(join(core.folderOf('out'), 'a.pdf'));
    source.put({ key: 'a.pdf', version: '2' });

    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a.pdf']);
  });

  it('sets a mail aside, whole, of which one name is taken where names may not be changed', async () => {
    const { core, job, source, launcher } = await setUp();
    await core.call('jobs.save', { ...job, collision: 'refuse' });
    writeFileSync(join(core.folderOf('out'), 'taken.pdf'), 'of a stranger');
    source.put({ key: 'mail', files: { 'free.pdf': '1', 'taken.pdf': '2', 'z.pdf': '3' } });
    source.put({ key: 'b.pdf' });

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 2, delivered: 1, quarantined: 1, documents: 1 });
    expect(core.filesIn('out')).toEqual(['b.pdf', 'taken.pdf']);
    expect(core.read('out', 'taken.pdf')).toBe('of a stranger');
    const [item] = await core.items(launcher, 'quarantined');
    expect(item?.reason).toMatchObject({ code: 'name.taken', params: { name: 'taken.pdf' } });
  });

  it('writes down what the filter refuses, and looks at it again only when the filter changes', async () => {
    const { core, source, launcher, change } = await setUp({ filter: { include: '*.pdf' } });
    source.put({ key: 'a.pdf' });
    source.put({ key: 'b.doc' });

    const first = await core.run(launcher);
    const second = await core.run(launcher);
    await change({ filter: { include: '*.pdf;*.doc' } });
    const third = await core.run(launcher);

    expect(first.counts).toMatchObject({ seen: 2, delivered: 1, filtered: 1 });
    expect(second.counts).toMatchObject({ seen: 2, known: 2 });
    expect(third.counts).toMatchObject({ seen: 2, known: 1, delivered: 1 });
    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.doc']);
  });

  it('tells why the filter refused an item', async () => {
    const { core, source, launcher } = await setUp({ filter: { exclude: '*.tmp' } });
    source.put({ key: 'a.tmp' });

    await core.run(launcher);

    const [item] = await core.items(launcher, 'filtered');
    expect(item?.reason).toMatchObject({ code: 'filter.excluded', params: { pattern: '*.tmp' } });
  });

  it('leaves what no affiliation wants in its place, says so, and delivers it once there is one', async () => {
    const { core, source, launcher, change, job } = await setUp();
    await change({ affiliations: [{ jobId: job.id, extensions: ['pdf'] }] });
    source.put({ key: 'a.tif' });

    const first = await core.run(launcher);
    const second = await core.run(launcher);
    const waiting = await core.items(launcher, 'unrouted');
    await change({ affiliations: [{ jobId: job.id, extensions: ['pdf', 'tif'] }] });
    const third = await core.run(launcher);

    expect(first).toMatchObject({ outcome: 'warnings', counts: { seen: 1, unrouted: 1 } });
    expect(second.counts).toMatchObject({ seen: 1, known: 1 });
    expect(waiting).toMatchObject([{ key: 'a.tif', reason: { code: 'route.none' } }]);
    expect(third).toMatchObject({ outcome: 'done', counts: { delivered: 1 } });
    expect(core.filesIn('out')).toEqual(['a.tif']);
  });

  it('delivers the other parts of a mail of which one is unrouted, once, and settles it when all are gone', async () => {
    const fate = { kind: 'archive' } as const;
    const { core, source, launcher, change, job } = await setUp({ fate });
    await change({ affiliations: [{ jobId: job.id, extensions: ['pdf'] }] });
    source.put({ key: 'mail', files: { 'a.pdf': 'A', 'b.pdf': 'B', 'c.tif': 'C' } });

    const first = await core.run(launcher);
    const second = await core.run(launcher);
    expect(first.counts).toMatchObject({ seen: 1, unrouted: 1, documents: 2 });
    expect(second.counts).toMatchObject({ seen: 1, known: 1, documents: 0 });
    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.pdf']);
    expect(source.settled).toEqual([]);

    await change({ affiliations: [{ jobId: job.id, extensions: [] }] });
    const third = await core.run(launcher);

    expect(third.counts).toMatchObject({ seen: 1, delivered: 1, documents: 1, settled: 1 });
    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.pdf', 'c.tif']);
    expect(source.settled).toHaveLength(1);
    expect(await core.states(launcher)).toEqual({ mail: 'settled' });
  });

  it('sends each document where its extension belongs, the catch-all last', async () => {
    const core = await makeCore({ dir: dir() });
    const [rest, packed, archives] = await Promise.all(
      ['rest', 'packed', 'archives'].map((name) => core.job(name)),
    );
    const affiliations = [
      { jobId: rest!.id, extensions: [] },
      { jobId: packed!.id, extensions: ['gz'] },
      { jobId: archives!.id, extensions: ['tar.gz'] },
    ];
    const launcher = await core.call(
      'launchers.save',
      launcherDraft('/in', rest, { affiliations }),
    );
    const files = { 'a.txt': '1', 'b.gz': '2', 'c.TAR.GZ': '3' };
    core.sources.at('/in').put({ key: 'mail', files });

    await core.run(launcher);

    expect(core.filesIn('rest')).toEqual(['a.txt']);
    expect(core.filesIn('packed')).toEqual(['b.gz']);
    expect(core.filesIn('archives')).toEqual(['c.TAR.GZ']);
  });

  it('sets aside what is larger than allowed, with its size', async () => {
    const { core, source, launcher } = await setUp({ limits: { maxItemBytes: 1000 } });
    source.put({ key: 'big.pdf', sizeBytes: 1001 });
    source.put({ key: 'fits.pdf', sizeBytes: 1000 });

    const run = await core.run(launcher);

    expect(run).toMatchObject({ outcome: 'warnings', counts: { delivered: 1, quarantined: 1 } });
    const [item] = await core.items(launcher, 'quarantined');
    expect(item?.reason).toMatchObject({
      code: 'item.tooLarge',
      params: { sizeBytes: 1001, maxBytes: 1000 },
    });
    expect(fetches(source.log)).toEqual(['fetch fits.pdf']);
  });

  it('has nothing to deliver of a mail without parts, and says so', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'mail', files: {} });

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 1, filtered: 1 });
    const [item] = await core.items(launcher);
    expect(item?.reason?.code).toBe('item.nothingToTake');
  });

  it('fetches so many items in a run and the rest in the next ones', async () => {
    const { core, source, launcher } = await setUp({ limits: { maxItems: 3 } });
    source.options.batch = 2;
    for (const name of 'abcdefgh') source.put({ key: `${name}.pdf` });

    const runs = [await core.run(launcher), await core.run(launcher), await core.run(launcher)];

    expect(runs.map((run) => run.counts.delivered)).toEqual([3, 3, 2]);
    expect(core.filesIn('out')).toHaveLength(8);
  });

  it('gives those behind items that are put off again and again their turn', async () => {
    const { core, source, launcher } = await setUp({ limits: { maxItems: 2 } });
    source.options.batch = 1;
    source.put({ key: 'locked1.pdf', readyAtLook: 99 });
    source.put({ key: 'locked2.pdf', readyAtLook: 99 });
    source.put({ key: 'a.pdf' });

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 3, deferred: 2, delivered: 1 });
  });

  it('remembers how far a listing went only when it was complete', async () => {
    const { core, source, launcher } = await setUp({ limits: { maxItems: 1 } });
    source.options.hasCursor = true;
    for (const name of 'abc') source.put({ key: `${name}.pdf` });

    for (let run = 0; run < 3; run += 1) await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.pdf', 'c.pdf']);
  });

  it('forgets what vanished before it was delivered, and delivers it when it comes back', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf' });
    source.fail('fetch:a.pdf');
    await core.run(launcher);
    source.remove('a.pdf');
    await core.run(launcher);
    expect(await core.states(launcher)).toEqual({ 'a.pdf': 'gone' });

    source.put({ key: 'a.pdf' });
    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a.pdf']);
  });

  it('delivers what was put off, vanished, and came back as it was', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf', readyAtLook: 9 });
    await core.run(launcher);
    source.remove('a.pdf');
    await core.run(launcher);
    source.put({ key: 'a.pdf' });

    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a.pdf']);
  });

  it('keeps the name of the sender in the ledger where a safe one was delivered', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'mail', files: { '../../CON.pdf': 'x' } });

    await core.run(launcher);

    const [item] = await core.items(launcher);
    const [document] = item!.documents;
    expect(document?.originalName).toBe('../../CON.pdf');
    expect(core.filesIn('out')).toEqual([document?.name]);
    expect(document?.name).not.toMatch(/[/\\]|^con\./i);
  });
});
