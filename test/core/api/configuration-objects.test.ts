// Launchers, COLD jobs and accounts as the forms save and delete them.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jobDraft, launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

async function setUp() {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('out');
  return { core, job };
}

describe('a COLD job', () => {
  it('in use cannot be deleted; who uses it is named', async () => {
    const { core, job } = await setUp();
    const launcher = await core.call('launchers.save', launcherDraft('/in', job));

    const deleted = core.call('jobs.delete', { id: job.id });

    await expect(deleted).rejects.toMatchObject({
      code: 'job.inUse',
      params: { name: 'out', launchers: 'launcher on /in' },
    });
    await core.call('launchers.delete', { id: launcher.id });
    await core.call('jobs.delete', { id: job.id });
    expect(await core.call('jobs.list', {})).toEqual([]);
  });

  it('that is deleted while a launcher is being saved with it leaves no launcher without its job', async () => {
    const { core, job } = await setUp();

    const [saved, deleted] = await Promise.allSettled([
      core.call('launchers.save', launcherDraft('/in', job)),
      core.call('jobs.delete', { id: job.id }),
    ]);

    expect(deleted.status).toBe('fulfilled');
    expect(saved).toMatchObject({ reason: { code: 'job.missing' } });
    expect(await core.call('launchers.list', {})).toEqual([]);
  });

  it('stands where it was made, also among those of one instant', async () => {
    const { core } = await setUp();
    const names = ['out', ...Array.from({ length: 12 }, (_, index) => `job ${String(index)}`)];

    for (const name of names.slice(1)) await core.call('jobs.save', jobDraft('/cold', { name }));

    expect((await core.call('jobs.list', {})).map(({ name }) => name)).toEqual(names);
  });

  it('has an absolute path', async () => {
    const { core } = await setUp();

    const saved = core.call('jobs.save', jobDraft('cold/in'));

    await expect(saved).rejects.toMatchObject({
      ...{ code: 'path.notAbsolute', field: 'destination.path' },
    });
    await core.call('jobs.save', jobDraft('\\\\server\\cold'));
    await core.call('jobs.save', jobDraft('D:\\cold'));
  });

  it('cannot move into the folder that a launcher brings it documents from', async () => {
    const { core, job } = await setUp();
    await core.call('launchers.save', launcherDraft('/in', job));

    const saved = core.call('jobs.save', { ...jobDraft('/in/'), id: job.id });

    await expect(saved).rejects.toMatchObject({
      ...{ code: 'launcher.loop', field: 'destination.path' },
    });
    expect((await core.call('jobs.list', {}))[0]?.destination).toEqual(job.destination);
  });

  it('is tested by named steps', async () => {
    const { core, job } = await setUp();

    const report = await core.call('jobs.check', { id: job.id });

    expect(report.ok).toBe(true);
    expect(report.steps.map((step) => step.step)).toContain('write');
    expect(core.filesIn('out')).toEqual([]);
  });
});

describe('an account', () => {
  it('in use cannot be deleted', async () => {
    const { core } = await setUp();
    const account = await core.call('accounts.save', { name: 'box', user: 'u', secret: 's' });
    const source = { protocol: 'imap', server: { host: 'h' }, accountId: account.id } as const;
    await core.call('launchers.save', { description: 'mail', source });

    const deleted = core.call('accounts.delete', { id: account.id });

    await expect(deleted).rejects.toMatchObject({
      code: 'account.inUse',
      params: { name: 'box', launchers: 'mail' },
    });
  });

  it('keeps its secret when it is saved without one, and never gives it out', async () => {
    const { core } = await setUp();
    const account = await core.call('accounts.save', { name: 'a', user: 'u', secret: 'hunter2' });

    const saved = await core.call('accounts.save', { id: account.id, name: 'b', user: 'v' });

    expect(saved).toMatchObject({ name: 'b', user: 'v', hasSecret: true });
    const answers = [
      await core.call('accounts.list', {}),
      await core.call('configuration.export', {}),
    ];
    expect(JSON.stringify(answers)).not.toContain('hunter2');
    expect(core.ports.logger.text()).not.toContain('hunter2');
  });
});

describe('a launcher', () => {
  it('that would deliver into its own source is refused', async () => {
    const { core, job } = await setUp();
    const path = core.folderOf('out');

    for (const [source, field] of [
      [launcherDraft(path, job), 'affiliations.0.jobId'],
      [launcherDraft(`${path}/`, job), 'affiliations.0.jobId'],
    ] as const) {
      const saved = core.call('launchers.save', source);
      await expect(saved).rejects.toMatchObject({ code: 'launcher.loop', field });
    }
    const above = launcherDraft(dir(), job);
    const recursive = { protocol: 'folder', path: dir(), recursive: true } as const;
    const saved = core.call('launchers.save', { ...above, source: recursive });
    await expect(saved).rejects.toMatchObject({ code: 'launcher.loop' });
    await core.call('launchers.save', above);
    await core.call('launchers.save', launcherDraft(join(path, 'below'), job));
  });

  it.each([
    ['filter', { filter: { include: '/(/' } }, /^filter\.include/],
    ['schedule', { schedule: [{ ...row(), months: '2', days: '31' }] }, /^schedule/],
    ['job', { affiliations: [{ jobId: 'nobody' as never }] }, /^affiliations\.0\.jobId$/],
    ['path', { source: { protocol: 'folder', path: 'in' } as const }, /^source\.path$/],
  ])('with a wrong %s is refused, with the field', async (_, given, field) => {
    const { core, job } = await setUp();

    const saved = core.call('launchers.save', { ...launcherDraft('/in', job), ...given });

    const error = await saved.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ kind: 'config', field: expect.stringMatching(field) as unknown });
    expect(await core.call('launchers.list', {})).toEqual([]);
  });

  it('that points to another mailbox does not take its mails for the old ones', async () => {
    const { core, job } = await setUp();
    const [one, two] = [
      await core.call('accounts.save', { name: 'one', user: 'u', secret: 's' }),
      await core.call('accounts.save', { name: 'two', user: 'v', secret: 's' }),
    ];
    const mail = (accountId: typeof one.id) => ({
      description: 'mail',
      source: { protocol: 'imap', server: { host: 'h' }, accountId, folder: 'INBOX' } as const,
      affiliations: [{ jobId: job.id }],
    });
    const source = core.sources.at('INBOX');
    source.put({ key: 'INBOX/1/1', files: { 'a.pdf': 'A' } });
    const launcher = await core.call('launchers.save', mail(one.id));
    await core.run(launcher);
    source.put({ key: 'INBOX/1/1', files: { 'b.pdf': 'B' } });

    await core.call('launchers.save', { ...mail(two.id), id: launcher.id });
    await core.run(launcher);

    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.pdf']);
  });

  it('deleted and saved again still knows what it has delivered, and is not paused', async () => {
    const { core, job } = await setUp();
    core.sources.at('/in').put({ key: 'a' });
    const launcher = await core.call('launchers.save', launcherDraft('/in', job));
    await core.run(launcher);
    await core.call('launchers.setPaused', { id: launcher.id, paused: true });
    await core.call('launchers.delete', { id: launcher.id });

    const draft = { ...launcherDraft('/in', job), id: launcher.id };
    const again = await core.call('launchers.save', draft);

    expect(again.paused).toBe(false);
    expect((await core.run(again)).counts).toMatchObject({ known: 1, documents: 0 });
  });

  it('shows what a run would do, item by item, and changes nothing', async () => {
    const { core, job } = await setUp();
    const source = core.sources.at('/in');
    for (const key of ['a.pdf', 'b.tmp', 'known.pdf']) source.put({ key });
    source.put({ key: 'c.pdf', readyAtLook: 2 });
    source.put({ key: 'd.pdf', sizeBytes: 5000 });
    source.put({ key: 'mail', files: { 'e.pdf': 'E', 'f.tif': 'F' } });
    const draft = launcherDraft('/in', job, {
      filter: { exclude: '*.tmp' },
      limits: { maxItemBytes: 1000 },
      affiliations: [{ jobId: job.id, extensions: ['pdf'] }],
    });
    const launcher = await core.call('launchers.save', draft);

    const items = await core.call('launchers.preview', { id: launcher.id });

    const verdicts = items.map(({ title, verdict, reason }) => [title, verdict, reason.code]);
    expect(verdicts).toEqual([
      ['a.pdf', 'take', 'preview.take'],
      ['b.tmp', 'filtered', 'filter.excluded'],
      ['known.pdf', 'take', 'preview.take'],
      ['c.pdf', 'deferred', 'file.growing'],
      ['d.pdf', 'quarantined', 'item.tooLarge'],
      ['mail', 'take', 'preview.take'],
    ]);
    expect(items.at(-1)?.documents).toMatchObject([
      { name: 'e.pdf', verdict: 'take', jobId: job.id },
      { name: 'f.tif', verdict: 'unrouted', jobId: null },
    ]);
    expect(await core.items(launcher)).toEqual([]);
    expect(await core.runs(launcher)).toEqual([]);
    expect(core.filesIn('out')).toEqual([]);
    expect(source.leaks()).toBe(0);
  });
});

function row() {
  const any = { years: '*', months: '*', weekdays: '*', days: '*' };
  return { ...any, hours: '*', minutes: '*', seconds: '0' };
}
