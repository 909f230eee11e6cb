// Launchers at work: one run each at a time, stopped, edited, deleted and paused while others run.
import { describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors';
import { eventually } from '../../helpers/eventually.ts';
import { everySeconds, launcherDraft } from '../../helpers/make-config.ts';
import { makeCore, type TestCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

async function setUp(given: Parameters<typeof launcherDraft>[2] = {}) {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('out');
  const source = core.sources.at('/in');
  const launcher = await core.call('launchers.save', launcherDraft('/in', job, given));
  return { core, job, source, launcher };
}

/** The source stops at this item until `go`; `reached` resolves when it is there. */
function gate(source: ReturnType<TestCore['sources']['at']>, key: string) {
  const opened = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  source.hooks.onFetch = async (fetched) => {
    if (fetched !== key) return;
    reached.resolve();
    await opened.promise;
  };
  return { reached: reached.promise, go: opened.resolve };
}

const conditionOf = async (core: TestCore, id: string) =>
  (await core.call('status.get', {})).launchers.find((one) => one.launcherId === id)?.condition;

describe('a run that is stopped', () => {
  it('delivers what was handed over, leaves no temporary file, and goes on at the next run', async () => {
    const { core, source, launcher } = await setUp();
    for (const key of 'abcd') source.put({ key });
    const { reached, go } = gate(source, 'c');
    const run = core.run(launcher);
    await reached;

    const stopped = core.call('runs.stop', { id: launcher.id });
    go();
    await stopped;

    expect(await run).toMatchObject({ outcome: 'stopped', error: null });
    expect((await run).counts).toMatchObject({ seen: 4, delivered: 2, deferred: 2 });
    expect(core.filesIn('out')).toEqual(['a', 'b']);
    expect((await core.items(launcher)).map((item) => item.attempts)).toEqual([0, 0, 1, 1]);
    await core.run(launcher);
    expect(core.filesIn('out')).toEqual(['a', 'b', 'c', 'd']);
  });

  it('in the middle of a mail delivers none of its files', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'mail', files: { a: '1', b: '2' } });
    source.hooks.onPart = (_, name) => {
      if (name === 'b') void core.call('runs.stop', { id: launcher.id });
    };

    const run = await core.run(launcher);
    delete source.hooks.onPart;

    expect(run).toMatchObject({ outcome: 'stopped', counts: { seen: 1, deferred: 1 } });
    expect(core.filesIn('out')).toEqual([]);
    await core.run(launcher);
    expect(core.filesIn('out')).toEqual(['a', 'b']);
  });

  it('by its time limit says so', async () => {
    const { core, source, launcher } = await setUp({ limits: { maxMinutes: 5 } });
    source.put({ key: 'a' });
    const { reached, go } = gate(source, 'a');
    const run = core.run(launcher);
    await reached;

    await core.clock.advance(5 * 60_000);
    go();

    expect(await run).toMatchObject({
      outcome: 'stopped',
      error: { code: 'run.timeLimit', params: { minutes: 5 } },
    });
  });

  it('by the end of the program is over before the store closes, and nothing starts after it', async () => {
    const { core, job, source, launcher } = await setUp();
    const other = await core.call('launchers.save', launcherDraft('/other', job));
    source.put({ key: 'a' });
    const { reached, go } = gate(source, 'a');
    const run = core.run(launcher);
    await reached;

    const stopped = core.stop();
    const late = core.call('runs.start', { id: other.id });
    go();

    expect(await late).toEqual({ started: false });
    await stopped;
    expect((await run).outcome).toBe('stopped');
    await core.start();
    expect((await core.runs(launcher)).map((one) => one.outcome)).toEqual(['stopped']);
  });

  it('by whoever waits for it ends when that one goes away', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a' });
    const { reached, go } = gate(source, 'a');
    const controller = new AbortController();
    const run = core.call('runs.runToEnd', { id: launcher.id }, controller.signal);
    await reached;

    controller.abort();
    go();

    expect(await run).toMatchObject({ outcome: 'stopped' });
  });

  it('is not even begun for one who is gone already', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a' });

    const run = core.call('runs.runToEnd', { id: launcher.id }, AbortSignal.abort());

    await expect(run).rejects.toMatchObject({ kind: 'cancelled' });
    expect(source.log).toEqual([]);
  });
});

describe('a launcher', () => {
  it('has one run at a time', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a' });
    const { reached, go } = gate(source, 'a');
    const run = core.run(launcher);
    await reached;

    expect(await core.call('runs.start', { id: launcher.id })).toEqual({ started: false });
    go();
    await run;

    expect(source.log.filter((line) => line === 'list')).toHaveLength(1);
  });

  it('deleted while it runs is stopped first; what was handed over is delivered', async () => {
    const { core, source, launcher } = await setUp();
    for (const key of 'ab') source.put({ key });
    const { reached, go } = gate(source, 'b');
    const run = core.run(launcher);
    await reached;

    const deleted = core.call('launchers.delete', { id: launcher.id });
    go();
    await deleted;

    expect((await run).outcome).toBe('stopped');
    expect(core.filesIn('out')).toEqual(['a']);
    expect(await core.call('launchers.list', {})).toEqual([]);
  });

  it('disabled while it runs is stopped, and runs neither by hand nor by schedule', async () => {
    const { core, source, launcher } = await setUp({ schedule: everySeconds('*/15') });
    for (const key of 'ab') source.put({ key });
    const { reached, go } = gate(source, 'b');
    const run = core.run(launcher);
    await reached;

    const disabled = core.call('launchers.setEnabled', { id: launcher.id, enabled: false });
    go();
    await disabled;

    expect((await run).outcome).toBe('stopped');
    const started = core.call('runs.start', { id: launcher.id });
    await expect(started).rejects.toMatchObject({ code: 'launcher.disabled' });
    await core.serve();
    await core.clock.advance(120_000);
    expect(await core.runs(launcher)).toHaveLength(1);
    expect(await conditionOf(core, launcher.id)).toBe('disabled');
  });

  it('edited while it runs is stopped where that matters to the run, and goes on with the new settings', async () => {
    const { core, job, source, launcher } = await setUp();
    for (const key of ['a.pdf', 'b.tif']) source.put({ key });
    const { reached, go } = gate(source, 'b.tif');
    const run = core.run(launcher);
    await reached;

    const filter = { include: '*.pdf' };
    const draft = launcherDraft('/in', job, { id: launcher.id, filter });
    const saved = core.call('launchers.save', draft);
    go();
    await saved;

    expect((await run).outcome).toBe('stopped');
    const next = await core.run(launcher);
    expect(next.counts).toMatchObject({ seen: 2, known: 1, filtered: 1 });
    expect(core.filesIn('out')).toEqual(['a.pdf']);
  });

  it('given another name while it runs goes on running', async () => {
    const { core, job, source, launcher } = await setUp();
    source.put({ key: 'a' });
    const { reached, go } = gate(source, 'a');
    const run = core.run(launcher);
    await reached;

    const draft = launcherDraft('/in', job, { id: launcher.id, description: 'renamed' });
    await core.call('launchers.save', draft);
    go();

    expect((await run).outcome).toBe('done');
  });

  it('does not keep others from running, and two at the same moment give their documents distinct names', async () => {
    const { core, job, source, launcher } = await setUp();
    const other = await core.call('launchers.save', launcherDraft('/other', job));
    for (let i = 0; i < 20; i += 1) {
      source.put({ key: `${i}.pdf`, files: { 'invoice.pdf': `in ${i}` } });
      core.sources.at('/other').put({ key: `${i}.pdf`, files: { 'invoice.pdf': `other ${i}` } });
    }

    const runs = await Promise.all([core.run(launcher), core.run(other)]);

    expect(runs.map((run) => run.counts.delivered)).toEqual([20, 20]);
    const contents = core.filesIn('out').map((name) => core.read('out', name));
    expect(new Set(contents).size).toBe(40);
  });

  it('waits for its turn where many are at work, and is stopped in the line too', async () => {
    const { core, job } = await setUp();
    const launchers = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => core.call('launchers.save', launcherDraft(`/s${n}`, job))),
    );
    const gates = [1, 2, 3, 4].map((n) => {
      core.sources.at(`/s${n}`).put({ key: `${n}` });
      return gate(core.sources.at(`/s${n}`), `${n}`);
    });
    const runs = launchers.slice(0, 4).map((one) => core.run(one));
    await Promise.all(gates.map(({ reached }) => reached));
    const fifth = core.run(launchers[4]!);
    await eventually(async () => (await conditionOf(core, launchers[4]!.id)) === 'running');

    await core.call('runs.stop', { id: launchers[4]!.id });

    expect(await fifth).toMatchObject({ outcome: 'stopped', counts: { seen: 0 } });
    expect(core.sources.at('/s5').log).toEqual([]);
    for (const { go } of gates) go();
    await Promise.all(runs);
    expect((await core.run(launchers[4]!)).outcome).toBe('done');
  });
});

describe('a schedule', () => {
  it('starts runs, and tells of those that do something', async () => {
    const { core, source, launcher } = await setUp({ schedule: everySeconds('*/15') });
    await core.serve();
    await core.look(launcher);
    expect(core.events.map((event) => event.name)).not.toContain('run.started');
    source.put({ key: 'a' });

    const run = await core.look(launcher);

    expect(run).toMatchObject({ cause: 'schedule', counts: { delivered: 1 } });
    const names = core.events.map((event) => event.name);
    expect(names.filter((name) => name.startsWith('run.') && name !== 'run.progress')).toEqual([
      'run.started',
      'run.ended',
    ]);
    expect(core.filesIn('out')).toEqual(['a']);
  });

  it('leaves no row of looks that find nothing, and still tells when the last was', async () => {
    const { core, launcher } = await setUp({ schedule: everySeconds('*/15') });
    await core.serve();

    for (let look = 0; look < 5; look += 1) await core.look(launcher);

    expect(await core.runs(launcher)).toEqual([]);
    const [status] = (await core.call('status.get', {})).launchers;
    expect(Date.parse(status?.lastLookAt ?? '')).toBeGreaterThan(
      core.clock.now().getTime() - 15_000,
    );
  });

  it('makes one row of a source that is away all night, and one when it is back', async () => {
    const { core, source, launcher } = await setUp({ schedule: everySeconds('*/15') });
    source.fail('list', new TransientError('source.away'), 40);
    await core.serve();

    for (let look = 0; look < 42; look += 1) await core.look(launcher);

    const runs = await core.runs(launcher);
    expect(runs.map((run) => run.outcome)).toEqual(['done', 'waiting']);
    expect(await conditionOf(core, launcher.id)).toBe('idle');
  });
});
