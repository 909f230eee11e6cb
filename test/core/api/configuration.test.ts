// The configuration as one document: in whole or not at all.
import { describe, expect, it } from 'vitest';
import type { ConfigurationInput } from '#contract/model/configuration';
import { everySeconds, jobDraft, launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

const document = (given: Partial<ConfigurationInput> = {}): ConfigurationInput => ({
  format: 'lanceur-cold/1',
  accounts: [{ id: 'box', name: 'box', user: 'u', secretEnv: 'BOX_SECRET' }],
  jobs: [{ ...jobDraft('/cold'), id: 'j' }],
  launchers: [
    { ...launcherDraft('/in', { id: 'j' as never }), id: 'files' },
    {
      id: 'mail',
      description: 'mail',
      source: { protocol: 'imap', server: { host: 'h' }, accountId: 'box' },
      affiliations: [{ jobId: 'j', extensions: ['PDF'] }],
      schedule: everySeconds('*/15'),
    },
  ],
  ...given,
});

describe('importing a configuration', () => {
  it('adds everything it names, with its secrets', async () => {
    const core = await makeCore({ dir: dir() });

    const report = await core.call('configuration.import', {
      configuration: document(),
      secrets: { box: 'hunter2' },
    });

    expect(report).toEqual({ added: 4, changed: 0, unchanged: 0, missingSecrets: [] });
    expect(await core.call('launchers.list', {})).toHaveLength(2);
    expect(await core.call('accounts.list', {})).toMatchObject([{ id: 'box', hasSecret: true }]);
  });

  it('of what was exported changes nothing', async () => {
    const core = await makeCore({ dir: dir() });
    await core.call('configuration.import', { configuration: document() });
    const exported = await core.call('configuration.export', {});

    const configuration = JSON.parse(JSON.stringify(exported)) as ConfigurationInput;
    const report = await core.call('configuration.import', { configuration });

    expect(report).toMatchObject({ added: 0, changed: 0, unchanged: 4 });
    expect(await core.call('configuration.export', {})).toEqual(exported);
  });

  it('goes from one machine to another', async () => {
    const one = await makeCore({ dir: `${dir()}/one` });
    await one.call('configuration.import', { configuration: document() });
    const exported = await one.call('configuration.export', {});
    const other = await makeCore({ dir: `${dir()}/other` });

    await other.call('configuration.import', { configuration: exported });

    expect(await other.call('configuration.export', {})).toEqual(exported);
  });

  it('says what would change, and changes nothing, where it is only asked', async () => {
    const core = await makeCore({ dir: dir() });
    await core.call('configuration.import', { configuration: document() });
    const before = await core.call('configuration.export', {});
    const jobs = [{ ...jobDraft('/elsewhere'), id: 'j' as never }];

    const report = await core.call('configuration.import', {
      configuration: document({ jobs }),
      dryRun: true,
    });

    expect(report).toMatchObject({ added: 0, changed: 1, unchanged: 3 });
    expect(report.missingSecrets).toEqual([{ id: 'box', name: 'box' }]);
    expect(await core.call('configuration.export', {})).toEqual(before);
  });

  const [files, mail] = document().launchers ?? [];
  it.each<[string, Partial<ConfigurationInput>, string, string]>([
    ['a job that is not there', { jobs: [] }, 'job.missing', 'launchers.0.affiliations.0.jobId'],
    [
      'an account that is not there',
      { accounts: [] },
      'account.missing',
      'launchers.1.source.accountId',
    ],
    [
      'a loop',
      { jobs: [{ ...jobDraft('/in'), id: 'j' }] },
      'launcher.loop',
      'launchers.0.affiliations.0.jobId',
    ],
    ['two of one id', { launchers: [files!, files!] }, 'configuration.sameId', 'launchers.1.id'],
    [
      'a filter that cannot be read',
      { launchers: [files!, { ...mail!, filter: { exclude: '/[/' } }] },
      'filter.',
      'launchers.1.filter.exclude',
    ],
    [
      'a job without a whole path',
      { jobs: [{ ...jobDraft('cold'), id: 'j' }] },
      'path.notAbsolute',
      'jobs.0.destination.path',
    ],
  ])('with %s changes nothing and names the field', async (_, given, code, field) => {
    const core = await makeCore({ dir: dir() });
    await core.call('configuration.import', {
      configuration: { format: 'lanceur-cold/1', jobs: document().jobs! },
    });
    const rows = given.jobs?.length === 0 ? { id: 'j' as never } : null;
    if (rows !== null) await core.call('jobs.delete', rows);
    const before = await core.call('configuration.export', {});

    const imported = core.call('configuration.import', {
      configuration: document(given),
      secrets: { box: 'x' },
    });

    await expect(imported).rejects.toMatchObject({
      ...{ kind: 'config', code: expect.stringContaining(code) as unknown, field },
    });
    expect(await core.call('configuration.export', {})).toEqual(before);
  });

  it('does not let a job move into the folder of a launcher that the document does not mention', async () => {
    const core = await makeCore({ dir: dir() });
    await core.call('configuration.import', { configuration: document() });
    const jobs = [{ ...jobDraft('/in'), id: 'j' as never }];

    const imported = core.call('configuration.import', {
      configuration: { format: 'lanceur-cold/1', jobs },
    });

    await expect(imported).rejects.toMatchObject({
      ...{ code: 'launcher.loop', field: 'jobs.0.destination.path' },
    });
  });

  it('does not take the mails of another mailbox for the old ones', async () => {
    const core = await makeCore({ dir: dir() });
    const job = await core.job('out');
    const launcher = { ...mail!, affiliations: [{ jobId: job.id }] };
    const source = core.sources.at('INBOX');
    source.put({ key: 'INBOX/1/1', files: { 'a.pdf': 'A' } });
    const import_ = (host: string) => {
      const place = { protocol: 'imap', accountId: 'box' as never, server: { host } } as const;
      const launchers = [{ ...launcher, source: place }];
      const configuration = document({ jobs: [], launchers });
      return core.call('configuration.import', { configuration, secrets: { box: 's' } });
    };
    await import_('one.example');
    const [saved] = await core.call('launchers.list', {});
    await core.run(saved!);
    source.put({ key: 'INBOX/1/1', files: { 'b.pdf': 'B' } });

    await import_('two.example');
    await core.run(saved!);

    expect(core.filesIn('out')).toEqual(['a.pdf', 'b.pdf']);
  });

  it('with a new secret lets go on what was paused for want of it', async () => {
    const core = await makeCore({ dir: dir() });
    await core.call('configuration.import', { configuration: document() });
    const find = async () =>
      (await core.call('launchers.list', {})).find((one) => one.description === 'mail')!;
    await core.run(await find());
    expect((await find()).paused).toBe(true);

    await core.call('configuration.import', { configuration: document(), secrets: { box: 's' } });

    expect((await find()).paused).toBe(false);
  });
});
