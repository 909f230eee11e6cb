// Items that are not ready yet: what they cost, how they are counted, and the second look of a run by hand.
import { describe, expect, it } from 'vitest';
import type { Run } from '#contract/model/run';
import { everySeconds, launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { eventually } from '../../helpers/eventually.ts';

const dir = useTempDir();

async function setUp(given: Parameters<typeof launcherDraft>[2] = {}) {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('out');
  const source = core.sources.at('/in');
  const draft = launcherDraft('/in', job, { quietSeconds: 30, ...given });
  const launcher = await core.call('launchers.save', draft);
  return { core, source, launcher };
}

/** Starts a run and lets the quiet time pass once the run has gone to sleep over it; `meanwhile` happens during it. */
async function runThrough(
  { core, source, launcher }: Awaited<ReturnType<typeof setUp>>,
  meanwhile: () => unknown = () => undefined,
): Promise<Run> {
  const before = source.looks();
  const run = core.run(launcher);
  await eventually(() => source.looks() > before);
  await meanwhile();
  await core.clock.advance(30_000);
  return await run;
}

describe('an item that is not ready', () => {
  it('is looked at again after the quiet time of the same run by hand, and counted once', async () => {
    const all = await setUp();
    const { core, source } = all;
    source.put({ key: 'done.pdf' });
    source.put({ key: 'growing.pdf', readyAtLook: 2 });
    source.put({ key: 'locked.pdf', readyAtLook: 9 });

    const run = await runThrough(all);

    expect(run.counts).toMatchObject({ seen: 3, delivered: 2, deferred: 1, known: 0 });
    expect(core.filesIn('out')).toEqual(['done.pdf', 'growing.pdf']);
  });

  it('that changed meanwhile is counted once, as put off', async () => {
    const all = await setUp();
    const { core, source, launcher } = all;
    source.put({ key: 'a.pdf', version: '1', readyAtLook: 2 });

    const run = await runThrough(all, () => {
      source.put({ key: 'a.pdf', version: '2', readyAtLook: 2 });
    });

    expect(run.counts).toMatchObject({ seen: 1, deferred: 1 });
    expect(await core.items(launcher)).toMatchObject([{ version: '2', state: 'deferred' }]);
  });

  it('that vanished meanwhile is counted once all the same', async () => {
    const all = await setUp();
    const { core, source, launcher } = all;
    source.put({ key: 'a.pdf', readyAtLook: 2 });

    const run = await runThrough(all, () => {
      source.remove('a.pdf');
    });

    expect(run.counts).toMatchObject({ seen: 1, deferred: 1 });
    await core.run(launcher);
    expect(await core.states(launcher)).toEqual({ 'a.pdf': 'gone' });
  });

  it('leaves what came during the quiet time to the next run', async () => {
    const all = await setUp();
    const { core, source, launcher } = all;
    source.options.hasCursor = true;
    source.put({ key: 'a.pdf', readyAtLook: 2 });

    const run = await runThrough(all, () => {
      source.put({ key: 'b.pdf' });
    });

    expect(run.counts).toMatchObject({ seen: 1, delivered: 1 });
    await core.run(launcher);
    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.pdf']);
  });

  it('that grows between two looks is still known as waiting, not as gone', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf', version: '1', readyAtLook: 2 });
    await core.run(launcher, true);
    source.put({ key: 'a.pdf', version: '2', readyAtLook: 2 });

    await core.run(launcher, true);

    expect(await core.items(launcher)).toMatchObject([{ version: '2', state: 'deferred' }]);
    expect((await core.run(launcher, true)).counts.delivered).toBe(1);
  });

  it('is looked at only once where one look is asked for', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf', readyAtLook: 2 });

    const run = await core.run(launcher, true);

    expect(run.counts).toMatchObject({ seen: 1, deferred: 1 });
    expect((await core.run(launcher, true)).counts.delivered).toBe(1);
  });

  it('is counted when the run is stopped during the quiet time', async () => {
    const all = await setUp();
    const { core, source, launcher } = all;
    source.put({ key: 'a.pdf', readyAtLook: 2 });

    const run = await runThrough(all, () => core.call('runs.stop', { id: launcher.id }));

    expect(run).toMatchObject({ outcome: 'stopped', counts: { seen: 1, deferred: 1 } });
  });

  it('costs a scheduled launcher one row, however many looks it takes', async () => {
    const { core, source, launcher } = await setUp({ schedule: everySeconds('*/15') });
    source.put({ key: 'a.pdf', readyAtLook: 5 });
    await core.serve();

    for (let look = 0; look < 6; look += 1) await core.look(launcher);

    const runs = await core.runs(launcher);
    expect(
      runs.map(({ counts: { seen, deferred, delivered } }) => [seen, deferred, delivered]),
    ).toEqual([
      [1, 0, 1],
      [1, 1, 0],
    ]);
  });
});
