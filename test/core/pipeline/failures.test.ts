// One bad item, one lost connection: what is retried, when, at whose cost.
import { describe, expect, it } from 'vitest';
import {
  AuthError,
  CancelledError,
  ConfigError,
  GoneError,
  RefusedError,
  TransientError,
} from '#core/errors';
import { everySeconds, launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const MINUTE = 60_000;

async function setUp(given: Parameters<typeof launcherDraft>[2] = {}) {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('out');
  const source = core.sources.at('/in');
  const launcher = await core.call('launchers.save', launcherDraft('/in', job, given));
  const attempts = async () =>
    Object.fromEntries((await core.items(launcher)).map((item) => [item.key, item.attempts]));
  return { core, job, source, launcher, attempts };
}

const scheduled = { schedule: everySeconds('0') };
const put = (source: { put: (item: { key: string }) => void }, keys: string): void => {
  for (const key of keys) source.put({ key });
};

describe('an item that fails', () => {
  it('fails alone, is tried again with back-off, and is given up after its attempts', async () => {
    const { core, source, launcher } = await setUp({ ...scheduled, limits: { maxAttempts: 3 } });
    for (let i = 0; i < 50; i += 1) source.put({ key: `${i}.pdf` });
    source.fail('fetch:7.pdf', new TransientError('imap.refused'), 99);
    await core.serve();
    const tries = () => source.log.filter((line) => line === 'fetch 7.pdf').length;

    const first = await core.look(launcher);
    expect(first?.counts).toMatchObject({ seen: 50, delivered: 49, deferred: 1 });
    // Back-off: 1 minute after the first failure, 5 after the second; a look a minute meanwhile.
    const seen: number[] = [tries()];
    for (let minute = 1; minute <= 8; minute += 1) {
      await core.look(launcher);
      seen.push(tries());
    }

    expect(seen).toEqual([1, 2, 2, 2, 2, 2, 3, 3, 3]);
    const [item] = await core.items(launcher, 'quarantined');
    expect(item).toMatchObject({ key: '7.pdf', attempts: 3, reason: { code: 'imap.refused' } });
    expect((await core.items(launcher, 'settled')).length).toBe(49);
    expect(core.filesIn('out')).toHaveLength(49);
  });

  it('under a clock that is years ahead is tried again when the clock is right', async () => {
    const { core, source, launcher } = await setUp({ ...scheduled, fate: { kind: 'delete' } });
    core.clock.set('2031-01-05T08:00:00Z');
    put(source, 'ab');
    source.fail('fetch:a');
    source.fail('settle:b');
    await core.run(launcher);
    await core.stop();
    core.clock.set('2026-01-05T08:00:00Z');
    await core.start();
    await core.serve();

    await core.look(launcher);

    expect(core.filesIn('out')).toEqual(['a', 'b']);
    expect(source.keys()).toEqual([]);
  });

  it('is given up at once where it can never go through', async () => {
    const { core, source, launcher } = await setUp();
    put(source, 'abc');
    source.fail('fetch:b', new RefusedError('file.empty'));

    const run = await core.run(launcher);

    expect(run).toMatchObject({ outcome: 'warnings', counts: { delivered: 2, quarantined: 1 } });
    expect(await core.states(launcher)).toMatchObject({ b: 'quarantined' });
  });

  it('is forgotten when it is gone', async () => {
    const { core, source, launcher } = await setUp();
    put(source, 'ab');
    source.fail('fetch:a', new GoneError('imap.gone'));

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 2, delivered: 1, deferred: 1 });
    expect(await core.states(launcher)).toEqual({ a: 'gone', b: 'settled' });
  });

  it('waits as long as the server asked for', async () => {
    const { core, source, launcher } = await setUp(scheduled);
    put(source, 'a');
    source.fail('fetch:a', new TransientError('imap.busy', {}, { retryAfterSeconds: 600 }));
    await core.serve();
    await core.look(launcher);

    const [item] = await core.items(launcher, 'deferred');

    const waitMs = Date.parse(item?.nextTryAt ?? '') - Date.parse(item?.changedAt ?? '');
    expect(waitMs).toBe(10 * MINUTE);
  });

  it('is tried at once by a run by hand', async () => {
    const { core, source, launcher } = await setUp();
    put(source, 'a');
    source.fail('fetch:a');
    await core.run(launcher);

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ delivered: 1 });
  });

  it('goes through when somebody asks for it again after it was given up', async () => {
    const { core, source, launcher } = await setUp({ limits: { maxAttempts: 1 } });
    source.options.hasCursor = true;
    put(source, 'a');
    source.fail('fetch:a');
    await core.run(launcher);
    expect((await core.run(launcher)).counts.delivered).toBe(0);
    const [item] = await core.items(launcher, 'quarantined');

    await core.call('items.retry', { id: item!.id });
    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 1, delivered: 1 });
    expect(core.filesIn('out')).toEqual(['a']);
  });

  it('does not deliver some of its files when another cannot be had', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'mail', files: { 'a.pdf': 'A', 'b.pdf': 'B' } });
    source.fail('break:mail');

    await core.run(launcher);
    expect(core.filesIn('out')).toEqual([]);
    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.pdf']);
  });
});

describe('a connection that is lost', () => {
  it('in the middle of a batch costs what was begun an attempt, and the untouched nothing', async () => {
    const { core, source, launcher, attempts } = await setUp();
    put(source, 'abcde');
    source.fail('break:c', new TransientError('net.reset'));

    const run = await core.run(launcher);

    expect(run).toMatchObject({ outcome: 'waiting', error: { code: 'net.reset' } });
    expect(run.counts).toMatchObject({ seen: 5, delivered: 2, deferred: 3 });
    expect(core.filesIn('out')).toEqual(['a', 'b']);
    expect(await attempts()).toEqual({ a: 1, b: 1, c: 1, d: 0, e: 0 });
  });

  it('before any byte of an item blames nobody as long as others got through', async () => {
    const { core, source, attempts, launcher } = await setUp();
    put(source, 'abc');
    source.fail('breakBefore:b');

    await core.run(launcher);

    expect(await attempts()).toEqual({ a: 1, b: 0, c: 0 });
  });

  it.each(['break:b', 'breakBefore:b'] as const)(
    'at the same item each time (%s) sets that one aside, and its neighbours go through unblamed',
    async (step) => {
      const given = { ...scheduled, limits: { maxAttempts: 3 } };
      const { core, source, launcher, attempts } = await setUp(given);
      put(source, 'abcd');
      source.fail(step, new TransientError('net.reset'), 99);
      await core.serve();

      for (let minute = 0; minute < 12; minute += 1) await core.look(launcher);

      expect(await core.states(launcher)).toEqual({
        ...{ a: 'settled', c: 'settled', d: 'settled' },
        b: 'quarantined',
      });
      expect(await attempts()).toEqual({ a: 1, b: 3, c: 1, d: 1 });
      expect(core.filesIn('out')).toEqual(['a', 'c', 'd']);
    },
  );

  it('does not use up anybody’s attempts while the server asks for patience', async () => {
    const { core, source, launcher, attempts } = await setUp({ limits: { maxAttempts: 2 } });
    put(source, 'ab');
    const busy = new TransientError('imap.throttled', {}, { retryAfterSeconds: 3600 });
    source.fail('breakBefore:*', busy, 5);

    for (let run = 0; run < 5; run += 1) await core.run(launcher);
    expect(await attempts()).toEqual({ a: 0, b: 0 });
    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a', 'b']);
  });

  it('leaves no temporary file', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'mail', files: { 'a.pdf': 'A', 'b.pdf': 'B' } });
    source.fail('break:mail');

    await core.run(launcher);

    expect(core.filesIn('out')).toEqual([]);
  });
});

describe('a source', () => {
  it('that is away means waiting', async () => {
    const { core, source, launcher } = await setUp();
    put(source, 'a');
    source.fail('list', new TransientError('source.away', { path: '/in' }));

    const run = await core.run(launcher);

    expect(run).toMatchObject({ outcome: 'waiting', error: { code: 'source.away' } });
    expect(run.counts.seen).toBe(0);
    expect((await core.run(launcher)).counts.delivered).toBe(1);
  });

  it('that is configured wrong fails the run with the code', async () => {
    const { core, source, launcher } = await setUp();
    source.fail(
      'list',
      new ConfigError('imap.noFolder', { folder: 'x' }, { field: 'source.folder' }),
    );

    const run = await core.run(launcher);

    expect(run.outcome).toBe('failed');
    expect(run.error).toMatchObject({ code: 'imap.noFolder', field: 'source.folder' });
  });

  it('that fails in a way nobody foresaw fails the run, and the next one is made all the same', async () => {
    const { core, source, launcher } = await setUp();
    put(source, 'a');
    source.hooks.onList = () => {
      delete source.hooks.onList;
      throw new TypeError('x is undefined');
    };

    const run = await core.run(launcher);

    expect(run).toMatchObject({ outcome: 'failed', error: { code: 'internal.bug' } });
    expect((await core.run(launcher)).outcome).toBe('done');
    expect(source.leaks()).toBe(0);
  });

  it('that forgets to answer is not asked for ever', async () => {
    const { core, source, launcher } = await setUp({ limits: { maxAttempts: 2 } });
    put(source, 'a');
    source.options.forgets = true;

    await core.run(launcher);
    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ quarantined: 1 });
    const [item] = await core.items(launcher);
    expect(item?.reason?.code).toBe('source.unanswered');
  });

  it('that loses its sign-in in the middle costs no attempts', async () => {
    const { core, source, launcher, attempts } = await setUp();
    put(source, 'ab');
    source.fail('break:a', new AuthError('imap.signInRefused'));

    const run = await core.run(launcher);

    expect(run).toMatchObject({ outcome: 'failed', error: { kind: 'auth' } });
    expect(await attempts()).toEqual({ a: 0, b: 0 });
  });

  it('that answers a stop with failures costs no attempts', async () => {
    const { core, source, launcher, attempts } = await setUp();
    put(source, 'a');
    source.fail('fetch:a', new CancelledError());

    await core.run(launcher);

    expect(await attempts()).toEqual({ a: 0 });
  });
});

describe('a filter', () => {
  it('that cannot be read fails the run and touches nothing', async () => {
    const { core, source, launcher } = await setUp();
    put(source, 'a');
    const wanted = { filter: { include: '/(/' } };

    const saved = core.call('launchers.save', { ...launcherDraft('/in', undefined, wanted) });

    await expect(saved).rejects.toMatchObject({ kind: 'config' });
    expect((await core.run(launcher)).counts.delivered).toBe(1);
  });
});
