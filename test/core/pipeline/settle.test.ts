// What becomes of a source item once its documents are delivered, or once the filter has refused it.
import { describe, expect, it } from 'vitest';
import { GoneError, TransientError } from '#core/errors';
import { everySeconds, launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const DAY = 86_400_000;

type Given = Parameters<typeof launcherDraft>[2];

async function setUp(given: Given = {}) {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('out');
  const source = core.sources.at('/in');
  const launcher = await core.call('launchers.save', launcherDraft('/in', job, given));
  return { core, job, source, launcher };
}

const archive = { fate: { kind: 'archive' } } as const;
const scheduled = { schedule: everySeconds('0') };

describe('the fate of the delivered', () => {
  it('is carried out after the documents are booked as delivered, not before', async () => {
    const { core, source, launcher } = await setUp(archive);
    source.put({ key: 'a' });
    let stateThen: unknown;
    core.hooks.checkpoint = (step) => {
      if (step === 'ledger.delivered') stateThen = [...source.log];
    };

    const run = await core.run(launcher);

    expect(stateThen).toEqual(['list', 'fetch a']);
    expect(source.log).toEqual(['list', 'fetch a', 'settle delivered a']);
    expect(run.counts).toMatchObject({ delivered: 1, settled: 1 });
    expect(source.keys()).toEqual([]);
  });

  it('"leave" never touches the source', async () => {
    const { core, source, launcher } = await setUp({ fate: { kind: 'leave' } });
    source.put({ key: 'a' });

    await core.run(launcher);

    expect(source.settled).toEqual([]);
    expect(await core.states(launcher)).toEqual({ a: 'settled' });
  });

  it('"delete after 3 days" waits three days, and leaves a row of the look that did it', async () => {
    const fate = { kind: 'delete', afterDays: 3 } as const;
    const { core, source, launcher } = await setUp({ fate });
    source.put({ key: 'a' });
    await core.run(launcher);

    await core.clock.advance(3 * DAY - 60_000);
    await core.run(launcher);
    expect(source.keys()).toEqual(['a']);
    await core.clock.advance(60_000);
    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ settled: 1, documents: 0 });
    expect(source.keys()).toEqual([]);
    expect(core.filesIn('out')).toEqual(['a']);
  });

  it('that fails is reported, and tried again until it succeeds', async () => {
    const { core, source, launcher } = await setUp({ ...archive, ...scheduled });
    source.put({ key: 'a' });
    source.fail('settle:a', new TransientError('source.denied'), 2);
    await core.serve();

    const first = await core.look(launcher);
    const [item] = await core.items(launcher);
    expect(first).toMatchObject({ outcome: 'warnings', error: { code: 'source.denied' } });
    expect(first?.counts).toMatchObject({ delivered: 1, settled: 0 });
    expect(item).toMatchObject({ state: 'delivered', reason: { code: 'source.denied' } });
    for (let minute = 0; minute < 4; minute += 1) await core.look(launcher);

    const [last] = await core.runs(launcher);
    expect(last).toMatchObject({ outcome: 'done', counts: { settled: 1, documents: 0 } });
    expect(source.keys()).toEqual([]);
    expect(core.filesIn('out')).toEqual(['a']);
  });

  it('that goes on failing is one row, for as long as it lasts', async () => {
    const { core, source, launcher } = await setUp({ ...archive, schedule: everySeconds('*/15') });
    source.put({ key: 'a' });
    source.fail('settle:a', new TransientError('source.denied'), 999);
    await core.serve();

    for (let look = 0; look < 12; look += 1) await core.look(launcher);

    const runs = await core.runs(launcher);
    expect(runs.map((run) => [run.outcome, run.counts.delivered])).toEqual([
      ['warnings', 0],
      ['warnings', 1],
    ]);
  });

  it('needs nothing more where somebody has taken the item away', async () => {
    const { core, source, launcher } = await setUp(archive);
    source.put({ key: 'a' });
    source.fail('settle:a', new GoneError('file.changed'));

    const run = await core.run(launcher);

    expect(run).toMatchObject({ outcome: 'done', counts: { settled: 1 } });
    expect(await core.states(launcher)).toEqual({ a: 'settled' });
  });

  it('is made up for at the next run when the connection broke while it was carried out', async () => {
    const { core, source, launcher } = await setUp(archive);
    source.put({ key: 'a' });
    source.put({ key: 'b' });
    source.fail('settleBreak', new TransientError('net.reset'));

    const first = await core.run(launcher);
    const second = await core.run(launcher);

    expect(first).toMatchObject({ outcome: 'waiting', counts: { delivered: 2, settled: 0 } });
    expect(second.counts).toMatchObject({ settled: 2, documents: 0 });
    expect(core.filesIn('out')).toEqual(['a', 'b']);
  });
});

describe('where the fate can be carried out beside the fetching', () => {
  const beside = async () => {
    const found = await setUp(archive);
    Object.assign(found.source.options, { settlesBeside: true, batch: 1 });
    for (const key of ['a', 'b', 'c']) found.source.put({ key });
    return found;
  };

  it('the next batch does not wait for it', async () => {
    const { core, source, launcher } = await beside();
    const isFetched = Promise.withResolvers<void>();
    source.hooks.onSettle = () => isFetched.promise;
    source.hooks.onFetch = (key) => {
      if (key === 'c') isFetched.resolve();
    };

    const run = await core.run(launcher);

    expect(source.log.indexOf('fetch c')).toBeLessThan(source.log.indexOf('settle delivered a'));
    expect(run).toMatchObject({ outcome: 'done', counts: { delivered: 3, settled: 3 } });
    expect(source.keys()).toEqual([]);
  });

  it('a second name of a file that is just being deleted is a document of its own', async () => {
    const { core, source, launcher } = await setUp(archive);
    Object.assign(source.options, { settlesBeside: true, batch: 1 });
    for (const key of ['a', 'b', 'c']) source.put({ key, fingerprint: 'the same file' });
    const isOver = Promise.withResolvers<void>();
    source.hooks.onSettled = () => isOver.promise;
    source.hooks.onList = () => {
      // The batches are judged while the deletion of the first is known to the source alone.
      setTimeout(isOver.resolve, 100);
    };

    const run = await core.run(launcher);

    expect(run).toMatchObject({ outcome: 'done', counts: { delivered: 3, settled: 3 } });
    expect(source.keys()).toEqual([]);
  });

  it('what breaks it ends the run, and the next one makes up for it', async () => {
    const { core, source, launcher } = await beside();
    source.fail('settleBreak', new TransientError('net.reset'));

    const first = await core.run(launcher);
    const second = await core.run(launcher);

    expect(first).toMatchObject({ outcome: 'waiting', error: { code: 'net.reset' } });
    expect(second).toMatchObject({ outcome: 'done' });
    expect(source.keys()).toEqual([]);
    expect(core.filesIn('out')).toEqual(['a', 'b', 'c']);
  });

  it('a run that ends early does not leave it behind', async () => {
    const { core, source, launcher } = await beside();
    let underWay = 0;
    source.hooks.onSettle = async () => {
      underWay += 1;
      await new Promise((resolve) => setTimeout(resolve, 30));
      underWay -= 1;
    };
    source.fail('breakBefore:b', new TransientError('source.lost'));

    const run = await core.run(launcher);

    expect(run).toMatchObject({ outcome: 'waiting', counts: { delivered: 1, settled: 1 } });
    expect(underWay).toBe(0);
    expect(source.leaks()).toBe(0);
  });
});

describe('the fate of the rejected', () => {
  const rejecting = async () => {
    const found = await setUp();
    const source = {
      protocol: 'folder',
      path: '/in',
      fate: { kind: 'leave' },
      rejectedFate: { kind: 'move', folder: 'rejected' },
    } as const;
    const given = { id: found.launcher.id, filter: { include: '*.pdf' }, source };
    await found.core.call('launchers.save', launcherDraft('/in', found.job, given));
    return found;
  };

  it('is carried out for what the filter refuses, and for nothing else', async () => {
    const { core, source, launcher } = await rejecting();
    source.put({ key: 'a.pdf' });
    source.put({ key: 'b.doc' });

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ delivered: 1, filtered: 1 });
    expect(source.settled.map(({ key, as }) => `${as} ${key}`)).toEqual(['rejected b.doc']);
    expect(source.keys()).toEqual(['a.pdf']);
  });

  it('that fails puts the item off, is reported, and is tried again', async () => {
    const { core, source, launcher } = await rejecting();
    source.put({ key: 'b.doc' });
    source.fail('settle:b.doc', new TransientError('source.denied'));

    const first = await core.run(launcher);
    const second = await core.run(launcher);

    expect(first).toMatchObject({ outcome: 'warnings', error: { code: 'source.denied' } });
    expect(first.counts).toMatchObject({ seen: 1, deferred: 1 });
    expect(second).toMatchObject({ outcome: 'done', counts: { filtered: 1 } });
  });

  it('is no trouble where the item is gone already', async () => {
    const { core, source, launcher } = await rejecting();
    source.put({ key: 'b.doc' });
    source.fail('settle:b.doc', new GoneError('file.gone'));

    expect(await core.run(launcher)).toMatchObject({ outcome: 'done', counts: { filtered: 1 } });
  });

  it('leaves what is finished beside it finished when the connection breaks', async () => {
    const { core, source, launcher } = await rejecting();
    source.put({ key: 'b.doc' });
    source.put({ key: 'a.pdf' });
    source.fail('settleBreak', new TransientError('net.reset'));

    const first = await core.run(launcher);
    const second = await core.run(launcher);

    expect(first.outcome).toBe('waiting');
    expect(second.counts).toMatchObject({ seen: 2, filtered: 1, delivered: 1 });
  });
});

describe('asked for again', () => {
  it('a delivered item is delivered once more, from where its fate has put it', async () => {
    const { core, source, launcher } = await setUp(archive);
    source.options.hasCursor = true;
    source.put({ key: 'a.pdf' });
    await core.run(launcher);
    const [item] = await core.items(launcher);

    await core.call('items.replay', { id: item!.id });
    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 1, delivered: 1, documents: 1 });
    expect(core.filesIn('out')).toEqual(['a (2).pdf', 'a.pdf']);
    expect((await core.items(launcher))[0]?.documents).toHaveLength(2);
    expect((await core.run(launcher)).counts.documents).toBe(0);
  });

  it('is still asked for after a failure', async () => {
    const { core, source, launcher } = await setUp(archive);
    source.put({ key: 'a.pdf' });
    await core.run(launcher);
    const [item] = await core.items(launcher);
    await core.call('items.replay', { id: item!.id });
    source.fail('fetch:a.pdf');

    await core.run(launcher);
    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ delivered: 1 });
    expect(core.filesIn('out')).toEqual(['a (2).pdf', 'a.pdf']);
  });

  it('is still asked for after a restart of the program', async () => {
    const { core, source, launcher } = await setUp(archive);
    source.put({ key: 'a.pdf' });
    await core.run(launcher);
    const [item] = await core.items(launcher);
    await core.call('items.replay', { id: item!.id });

    await core.restart();
    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a (2).pdf', 'a.pdf']);
  });

  it('it stays delivered where its source has lost it', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf' });
    await core.run(launcher);
    const [item] = await core.items(launcher);
    await core.call('items.replay', { id: item!.id });
    source.remove('a.pdf');

    await core.run(launcher);

    expect(await core.items(launcher)).toMatchObject([
      { state: 'settled', documents: [{ state: 'delivered' }] },
    ]);
  });

  it('keeps the history of an item of which a newer version comes', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf', version: '1' });
    await core.run(launcher);
    const [item] = await core.items(launcher);
    await core.call('items.replay', { id: item!.id });
    source.put({ key: 'a.pdf', version: '2' });

    await core.run(launcher);

    expect((await core.call('items.get', { id: item!.id })).documents).toHaveLength(1);
    expect(await core.items(launcher)).toHaveLength(2);
  });

  it('it stays delivered where it turns out to be gone while it is fetched', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf' });
    await core.run(launcher);
    const [item] = await core.items(launcher);
    await core.call('items.replay', { id: item!.id });
    source.fail('fetch:a.pdf', new GoneError('file.gone'));

    await core.run(launcher);

    expect(await core.states(launcher)).toEqual({ 'a.pdf': 'settled' });
  });

  it('and refused by the filter it has meanwhile, it is refused once', async () => {
    const { core, job, source, launcher } = await setUp();
    source.put({ key: 'a.pdf' });
    await core.run(launcher);
    const [item] = await core.items(launcher);
    await core.call('items.replay', { id: item!.id });
    const filter = { exclude: '*.pdf' };
    await core.call('launchers.save', launcherDraft('/in', job, { id: launcher.id, filter }));

    const first = await core.run(launcher);
    const second = await core.run(launcher);

    expect([first.counts.filtered, second.counts.filtered]).toEqual([1, 0]);
    expect(second.counts.known).toBe(1);
  });

  it('cannot be what was never delivered, nor retried what is', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf' });
    source.fail('fetch:a.pdf');
    await core.run(launcher);
    const [item] = await core.items(launcher);

    const replay = core.call('items.replay', { id: item!.id });
    await expect(replay).rejects.toMatchObject({ code: 'item.notOpenable' });
    await core.run(launcher);

    const retry = core.call('items.retry', { id: item!.id });
    await expect(retry).rejects.toMatchObject({ code: 'item.notOpenable' });
  });
});
