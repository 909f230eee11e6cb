// A COLD job that takes no more: documents wait at their source, nothing overshoots, and it goes on by itself.
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { everySeconds, launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { restricted } from '../../helpers/restricted.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

async function setUp(backPressure: object, given: Parameters<typeof launcherDraft>[2] = {}) {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('out', { backPressure: { minFreeBytes: 0, ...backPressure } });
  const source = core.sources.at('/in');
  const launcher = await core.call('launchers.save', launcherDraft('/in', job, given));
  const eat = (): void => {
    for (const name of core.filesIn('out')) rmSync(join(core.folderOf('out'), name));
  };
  return { core, job, source, launcher, eat };
}

describe('a COLD job with a limit', () => {
  it('gets so many files, the rest waits at its source, and goes on when the job has eaten', async () => {
    const { core, source, launcher, eat } = await setUp({ maxWaitingFiles: 3 });
    source.options.batch = 2;
    for (const name of 'abcdefgh') source.put({ key: name });

    const first = await core.run(launcher);
    const full = await core.run(launcher);
    expect(first).toMatchObject({ outcome: 'waiting', error: { code: 'job.full' } });
    expect(first.counts).toMatchObject({ seen: 8, delivered: 3, deferred: 5 });
    expect(full.counts).toMatchObject({ seen: 8, known: 3, deferred: 5 });
    expect(core.filesIn('out')).toEqual(['a', 'b', 'c']);

    eat();
    await core.run(launcher);
    expect(core.filesIn('out')).toEqual(['d', 'e', 'f']);
    eat();
    const last = await core.run(launcher);

    expect(last).toMatchObject({ outcome: 'done', counts: { delivered: 2, deferred: 0 } });
    expect(core.filesIn('out')).toEqual(['g', 'h']);
  });

  it('gets of a mail as many files as it has room for, each of them once', async () => {
    const { core, source, launcher, eat } = await setUp({ maxWaitingFiles: 2 });
    source.put({ key: 'mail', files: { a: '1', b: '2', c: '3' } });

    const first = await core.run(launcher);
    expect(first.counts).toMatchObject({ seen: 1, deferred: 1, documents: 2 });
    expect(core.filesIn('out')).toEqual(['a', 'b']);
    eat();
    const second = await core.run(launcher);

    expect(second.counts).toMatchObject({ seen: 1, delivered: 1, documents: 1 });
    expect(core.filesIn('out')).toEqual(['c']);
  });

  it('takes nothing while its volume has less than it must keep free', async () => {
    const { core, source, launcher } = await setUp({ minFreeBytes: 2 ** 52 });
    source.put({ key: 'a' });

    const run = await core.run(launcher);

    expect(run).toMatchObject({ outcome: 'waiting', error: { code: 'disk.low' } });
    expect(core.filesIn('out')).toEqual([]);
  });

  it('never uses up the attempts of what waits', async () => {
    const { core, source, launcher } = await setUp({ maxWaitingFiles: 1 });
    source.put({ key: 'a' });
    source.put({ key: 'b' });

    for (let run = 0; run < 8; run += 1) await core.run(launcher);

    const [item] = await core.items(launcher, 'deferred');
    expect(item).toMatchObject({ key: 'b', attempts: 0, reason: { code: 'job.full' } });
  });

  it('is one row for as long as it is full, and its items are not written again at every look', async () => {
    const given = { schedule: everySeconds('*/15') };
    const { core, source, launcher } = await setUp({ maxWaitingFiles: 1 }, given);
    for (const name of 'abc') source.put({ key: name });
    await core.serve();
    await core.look(launcher);
    await core.look(launcher);
    const [before] = await core.items(launcher, 'deferred');

    for (let look = 0; look < 6; look += 1) await core.look(launcher);

    const runs = await core.runs(launcher);
    expect(runs.map((run) => run.counts.delivered)).toEqual([0, 1]);
    expect((await core.items(launcher, 'deferred'))[0]).toEqual(before);
  });

  it('is not overfilled by two launchers at the same moment', async () => {
    const { core, job, source, launcher } = await setUp({ maxWaitingFiles: 4 });
    const other = await core.call('launchers.save', launcherDraft('/other', job));
    for (const name of 'abcdef') {
      source.put({ key: name });
      core.sources.at('/other').put({ key: `${name}${name}` });
    }

    await Promise.all([core.run(launcher), core.run(other)]);

    expect(core.filesIn('out').length).toBeLessThanOrEqual(4);
    expect(core.filesIn('out').length).toBeGreaterThan(0);
  });
});

describe('a COLD job out of reach', () => {
  it('means waiting, and everything goes through when it is back', async () => {
    const { core, source, launcher } = await setUp({});
    source.put({ key: 'a' });
    renameSync(core.folderOf('out'), core.folderOf('away'));

    const run = await core.run(launcher);
    expect(run).toMatchObject({ outcome: 'waiting', error: { code: 'target.away' } });
    expect(run.counts).toMatchObject({ seen: 1, deferred: 1 });
    renameSync(core.folderOf('away'), core.folderOf('out'));
    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a']);
  });

  it('does not keep the documents of another job waiting', async () => {
    const { core, job, source, launcher } = await setUp({});
    const good = await core.job('good');
    const affiliations = [
      { jobId: job.id, extensions: ['pdf'] },
      { jobId: good.id, extensions: ['tif'] },
    ];
    const draft = launcherDraft('/in', undefined, { id: launcher.id, affiliations });
    await core.call('launchers.save', draft);
    source.put({ key: 'a.pdf' });
    source.put({ key: 'b.tif' });
    rmSync(core.folderOf('out'), { recursive: true });

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ delivered: 1, deferred: 1 });
    expect(core.filesIn('good')).toEqual(['b.tif']);
  });

  it('that vanishes while documents are written to it costs nobody an attempt', async () => {
    const { core, source, launcher } = await setUp({});
    source.put({ key: 'a' });
    source.put({ key: 'b' });
    source.hooks.onFetch = (key) => {
      if (key === 'a') renameSync(core.folderOf('out'), core.folderOf('away'));
    };

    const run = await core.run(launcher);
    delete source.hooks.onFetch;
    expect(run.counts.seen).toBe(2);
    expect(run.error?.code).toBe('target.away');
    expect((await core.items(launcher)).map((item) => item.attempts)).toEqual([0, 0]);
    renameSync(core.folderOf('away'), core.folderOf('out'));
    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a', 'b']);
  });

  it('that vanishes between the ledger and the renames gets each document once when it is back', async () => {
    const { core, source, launcher } = await setUp({});
    for (const key of 'abc') source.put({ key });
    core.hooks.checkpoint = (step) => {
      if (step !== 'ledger.delivering') return;
      core.hooks.checkpoint = undefined;
      renameSync(core.folderOf('out'), core.folderOf('away'));
    };

    const run = await core.run(launcher);
    const meanwhile = await core.run(launcher);
    expect([run, meanwhile].map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ['waiting', 'target.away'],
      ['waiting', 'target.away'],
    ]);
    renameSync(core.folderOf('away'), core.folderOf('out'));
    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a', 'b', 'c']);
    expect(new Set(Object.values(await core.states(launcher)))).toEqual(new Set(['settled']));
  });

  it('for want of rights is told as such', async () => {
    const { core, source, launcher } = await setUp({});
    source.put({ key: 'a' });

    const run = await restricted(core.folderOf('out'), { '': 0o555 }, () => core.run(launcher));

    expect(run.error?.code).toBe('target.denied');
  });
});
