import { describe, expect, it } from 'vitest';
import { ConfigError, TransientError } from '#core/errors';
import { everySeconds, launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

async function setUp() {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('out');
  const source = core.sources.at('/in');
  const launcher = await core.call('launchers.save', launcherDraft('/in', job));
  const status = async () => {
    const whole = await core.call('status.get', {});
    return { whole: whole.condition, one: whole.launchers[0]!, allPaused: whole.allPaused };
  };
  return { core, job, source, launcher, status };
}

describe('the status', () => {
  it('is idle at first and after a run in which all went well', async () => {
    const { core, source, launcher, status } = await setUp();
    expect(await status()).toMatchObject({
      whole: 'idle',
      one: { condition: 'idle', lastRun: null },
    });
    source.put({ key: 'a' });

    await core.run(launcher);

    expect(await status()).toMatchObject({
      whole: 'idle',
      one: { condition: 'idle', lastRun: { counts: { delivered: 1 } }, open: {} },
    });
  });

  it('is busy while a launcher runs', async () => {
    const { core, source, launcher, status } = await setUp();
    source.put({ key: 'a' });
    let during: unknown;
    source.hooks.onFetch = async () => {
      during = await status();
    };

    await core.run(launcher);

    expect(during).toMatchObject({ whole: 'busy', one: { condition: 'running' } });
  });

  it('warns of items set aside until somebody has dealt with them', async () => {
    const { core, job, source, launcher, status } = await setUp();
    const affiliations = [{ jobId: job.id, extensions: ['pdf'] }];
    const draft = launcherDraft('/in', job, { id: launcher.id, affiliations });
    await core.call('launchers.save', draft);
    source.put({ key: 'a.tif' });
    await core.run(launcher);
    expect(await status()).toMatchObject({
      whole: 'warning',
      one: { condition: 'warning', open: { unrouted: 1 } },
    });
    await core.run(launcher);
    expect((await status()).one.condition).toBe('warning');

    await core.call('launchers.save', launcherDraft('/in', job, { id: launcher.id }));
    await core.run(launcher);

    expect(await status()).toMatchObject({ whole: 'idle', one: { condition: 'idle', open: {} } });
  });

  it('waits for a source that is away', async () => {
    const { core, source, launcher, status } = await setUp();
    source.fail('list', new TransientError('source.away'));

    await core.run(launcher);

    expect(await status()).toMatchObject({ whole: 'warning', one: { condition: 'waiting' } });
  });

  it('is an error after a run that failed, until one succeeds', async () => {
    const { core, source, launcher, status } = await setUp();
    source.fail('list', new ConfigError('imap.noFolder'));
    await core.run(launcher);
    expect(await status()).toMatchObject({ whole: 'error', one: { condition: 'error' } });

    await core.run(launcher);

    expect(await status()).toMatchObject({ whole: 'idle' });
  });

  it('is not an error for a failure of a schedule that has looked in vain since', async () => {
    const { core, job, source, launcher, status } = await setUp();
    const schedule = everySeconds('*/15');
    await core.call('launchers.save', launcherDraft('/in', job, { id: launcher.id, schedule }));
    source.fail('list', new ConfigError('imap.noFolder'));
    await core.serve();
    await core.look(launcher);
    expect((await status()).whole).toBe('error');

    await core.look(launcher);

    expect((await status()).whole).toBe('idle');
  });

  it('tells disabled and paused ones apart, and when all are paused', async () => {
    const { core, launcher, status } = await setUp();
    await core.call('launchers.pauseAll', { paused: true });
    expect(await status()).toMatchObject({
      ...{ whole: 'paused', allPaused: true },
      one: { condition: 'paused', nextRunAt: null },
    });
    await core.call('launchers.pauseAll', { paused: false });

    await core.call('launchers.setEnabled', { id: launcher.id, enabled: false });

    expect(await status()).toMatchObject({ allPaused: false, one: { condition: 'disabled' } });
  });

  it('tells that all are paused where a disabled one has nothing to pause', async () => {
    const { core, job, launcher, status } = await setUp();
    core.sources.at('/in2');
    await core.call('launchers.save', launcherDraft('/in2', job, { enabled: false }));

    await core.call('launchers.pauseAll', { paused: true });

    expect(await status()).toMatchObject({ whole: 'paused', allPaused: true });
    await core.call('launchers.setPaused', { id: launcher.id, paused: false });
    expect((await status()).allPaused).toBe(false);
  });

  it('shows a run that the program did not survive as interrupted', async () => {
    const { core, source, launcher, status } = await setUp();
    source.put({ key: 'a' });
    await core.crash(async (die) => {
      source.hooks.onFetch = die;
      await core.run(launcher);
    });

    expect((await status()).one.lastRun).toMatchObject({ outcome: 'interrupted' });
    expect((await status()).one.open).toEqual({ fetching: 1 });
  });
});
