// A thing that comes back under another key: a renamed file, a mailbox that numbers its mails anew.
import { describe, expect, it } from 'vitest';
import { everySeconds, launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

async function setUp(given: Parameters<typeof launcherDraft>[2] = {}) {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('out');
  const source = core.sources.at('/in');
  const launcher = await core.call('launchers.save', launcherDraft('/in', job, given));
  return { core, job, source, launcher };
}

describe('an item under a new key', () => {
  it('is not delivered again when it was delivered', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf', fingerprint: 'f' });
    await core.run(launcher);
    source.rename('a.pdf', 'b.pdf');

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 1, known: 1 });
    expect(core.filesIn('out')).toEqual(['a.pdf']);
    expect((await core.run(launcher)).counts.known).toBe(1);
  });

  it('is not delivered again while its fate is still to come, and is settled where it lies now', async () => {
    const { core, source, launcher } = await setUp({ fate: { kind: 'delete', afterDays: 7 } });
    source.put({ key: 'a.pdf', fingerprint: 'f' });
    await core.run(launcher);
    source.rename('a.pdf', 'b.pdf');
    await core.run(launcher);

    await core.clock.advance(7 * 86_400_000);
    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a.pdf']);
    expect(source.keys()).toEqual([]);
  });

  it('that the filter refused under its old name is judged by its new one', async () => {
    const { core, source, launcher } = await setUp({ filter: { exclude: '*.tmp' } });
    source.put({ key: 'scan.tmp', fingerprint: 'f' });
    await core.run(launcher);
    source.rename('scan.tmp', 'scan.pdf');

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 1, delivered: 1 });
    expect(core.filesIn('out')).toEqual(['scan.pdf']);
  });

  it('that nobody wanted under its old name goes where its new one belongs', async () => {
    const { core, source, launcher, job } = await setUp();
    const affiliations = [{ jobId: job.id, extensions: ['pdf'] }];
    const draft = launcherDraft('/in', job, { id: launcher.id, affiliations });
    await core.call('launchers.save', draft);
    source.put({ key: 'scan', fingerprint: 'f' });
    await core.run(launcher);
    source.rename('scan', 'scan.pdf');

    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['scan.pdf']);
    expect(await core.states(launcher)).toEqual({ 'scan.pdf': 'settled' });
  });

  it('gets a new chance when it was given up', async () => {
    const { core, source, launcher } = await setUp({ limits: { maxAttempts: 1 } });
    source.put({ key: 'a.pdf', fingerprint: 'f' });
    source.fail('fetch:a.pdf');
    await core.run(launcher);
    source.rename('a.pdf', 'b.pdf');

    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['b.pdf']);
  });

  it('of a mail of which some files are delivered brings only the rest', async () => {
    const { core, source, launcher, job } = await setUp();
    const wants = (...extensions: string[]) => {
      const affiliations = [{ jobId: job.id, extensions }];
      const draft = launcherDraft('/in', job, { id: launcher.id, affiliations });
      return core.call('launchers.save', draft);
    };
    await wants('pdf');
    const mail = { files: { 'a.pdf': 'A', 'b.tif': 'B' }, fingerprint: 'f' };
    source.put({ key: 'INBOX/1/5', ...mail });
    await core.run(launcher);
    source.remove('INBOX/1/5');
    source.put({ key: 'INBOX/2/1', ...mail });
    await wants('pdf', 'tif');

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 1, delivered: 1, documents: 1 });
    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.tif']);
  });

  it('that waits for its next attempt goes on waiting, and is not taken for gone', async () => {
    const { core, source, launcher } = await setUp({ schedule: everySeconds('0') });
    source.put({ key: 'a.pdf', fingerprint: 'f' });
    source.fail('fetch:a.pdf');
    await core.serve();
    await core.look(launcher);
    source.rename('a.pdf', 'b.pdf');

    for (let minute = 0; minute < 3; minute += 1) await core.look(launcher);

    expect(core.filesIn('out')).toEqual(['b.pdf']);
    expect(await core.states(launcher)).toEqual({ 'b.pdf': 'settled' });
  });

  it('that is delivered at last is settled where it lies now, though its old key has vanished', async () => {
    const { core, source, launcher } = await setUp({ fate: { kind: 'archive' } });
    source.put({ key: 'a.pdf', fingerprint: 'f' });
    source.fail('fetch:a.pdf');
    await core.run(launcher);
    source.rename('a.pdf', 'b.pdf');
    source.fail('settle:b.pdf');

    await core.run(launcher);
    expect(await core.states(launcher)).toEqual({ 'b.pdf': 'delivered' });
    await core.clock.advance(60_000);
    await core.run(launcher);

    expect(source.keys()).toEqual([]);
    expect(core.filesIn('out')).toEqual(['b.pdf']);
  });

  it('beside the old one is a copy, and is delivered', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf', fingerprint: 'f' });
    await core.run(launcher);
    source.put({ key: 'b.pdf', fingerprint: 'f' });

    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.pdf']);
  });

  it('twice is one renamed and one copy', async () => {
    const { core, source, launcher } = await setUp();
    source.put({ key: 'a.pdf', fingerprint: 'f' });
    await core.run(launcher);
    source.remove('a.pdf');
    source.put({ key: 'b.pdf', fingerprint: 'f' });
    source.put({ key: 'c.pdf', fingerprint: 'f' });

    const run = await core.run(launcher);

    expect(run.counts).toMatchObject({ seen: 2, known: 1, delivered: 1 });
    expect(core.filesIn('out')).toEqual(['a.pdf', 'c.pdf']);
  });

  it('is delivered when the old one was put away by its fate: somebody sent it again', async () => {
    const { core, source, launcher } = await setUp({ fate: { kind: 'archive' } });
    source.put({ key: 'a.pdf', fingerprint: 'f' });
    await core.run(launcher);
    source.put({ key: 'b.pdf', fingerprint: 'f' });

    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.pdf']);
  });
});
