// A launcher that must sign in again pauses by itself, says so, and goes on as soon as it can.
import { describe, expect, it } from 'vitest';
import { AuthError } from '#core/errors';
import { everySeconds, launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

describe('a sign-in that is refused', () => {
  const mail = async () => {
    const core = await makeCore({ dir: dir() });
    const job = await core.job('out');
    const account = await core.call('accounts.save', { name: 'box', user: 'u', secret: 'old' });
    const launcher = await core.call('launchers.save', {
      description: 'mail',
      source: {
        protocol: 'imap',
        server: { host: 'mail.example' },
        accountId: account.id,
        folder: 'INBOX',
      },
      affiliations: [{ jobId: job.id, extensions: [] }],
      schedule: everySeconds('*/15'),
    });
    const source = core.sources.at('INBOX');
    source.put({ key: 'm', files: { 'a.pdf': 'A' } });
    return { core, account, launcher, source };
  };

  it('pauses the launcher, says so once, and no schedule starts it any more', async () => {
    const { core, source, launcher } = await mail();
    source.fail('list', new AuthError('imap.signInRefused', { user: 'u' }), 9);
    await core.serve();

    const run = await core.look(launcher);
    await core.clock.advance(120_000);

    expect(run).toMatchObject({ outcome: 'failed', error: { kind: 'auth' } });
    expect(await core.call('launchers.get', { id: launcher.id })).toMatchObject({ paused: true });
    expect(core.ports.notices).toMatchObject([
      { code: 'launcher.pausedBySignIn', params: { launcher: 'mail' } },
    ]);
    expect(await core.call('journal.list', {})).toMatchObject([{ level: 'error' }]);
    expect(await core.runs(launcher)).toHaveLength(1);
    const status = await core.call('status.get', {});
    expect(status.condition).toBe('error');
    expect(status.launchers[0]).toMatchObject({
      condition: 'paused',
      pauseReason: { code: 'imap.signInRefused' },
      nextRunAt: null,
    });
  });

  it('is forgotten with a new secret, and the schedule goes on', async () => {
    const { core, account, source, launcher } = await mail();
    source.fail('list', new AuthError('imap.signInRefused'));
    await core.serve();
    await core.look(launcher);
    // Somebody changes something else meanwhile: paused launchers are dropped from the plan then.
    await core.call('launchers.save', launcherDraft('/other', undefined));

    await core.call('accounts.save', { ...account, secret: 'new' });
    const run = await core.look(launcher);

    expect(run).toMatchObject({ cause: 'schedule', outcome: 'done', counts: { delivered: 1 } });
    expect(core.filesIn('out')).toEqual(['a.pdf']);
  });

  it('is no error any more once there is a new secret, though nothing has run since', async () => {
    const { core, account, source, launcher } = await mail();
    source.fail('list', new AuthError('imap.signInRefused'));
    await core.run(launcher);

    await core.call('accounts.save', { ...account, secret: 'new' });

    const status = await core.call('status.get', {});
    expect(status.condition).toBe('idle');
    expect(status.launchers[0]).toMatchObject({ condition: 'idle', pauseReason: null });
  });

  it('is forgotten with another account too', async () => {
    const { core, source, launcher } = await mail();
    source.fail('list', new AuthError('imap.signInRefused'));
    await core.run(launcher);
    const other = await core.call('accounts.save', { name: 'b', user: 'v', secret: 's' });
    const { description, affiliations, source: place } = launcher;
    if (place.protocol !== 'imap') throw new Error('a mail launcher was made');

    const saved = await core.call('launchers.save', {
      ...{ id: launcher.id, description, affiliations },
      source: { ...place, accountId: other.id },
    });

    expect(saved.paused).toBe(false);
  });

  it('is forgotten when a run by hand gets through', async () => {
    const { core, source, launcher } = await mail();
    source.fail('list', new AuthError('imap.signInRefused'));
    await core.run(launcher);

    await core.run(launcher);

    expect(await core.call('launchers.get', { id: launcher.id })).toMatchObject({ paused: false });
    expect((await core.call('status.get', {})).condition).toBe('idle');
  });

  it('leaves a launcher paused that a person has paused', async () => {
    const { core, account, launcher } = await mail();
    await core.call('launchers.setPaused', { id: launcher.id, paused: true });

    await core.call('accounts.save', { ...account, secret: 'new' });

    expect(await core.call('launchers.get', { id: launcher.id })).toMatchObject({ paused: true });
  });

  it('for want of any secret pauses as well; an unreadable one fails the run', async () => {
    const { core, source, launcher } = await mail();
    const none = await core.call('accounts.save', { name: 'none', user: 'u' });
    const bare = await core.call('launchers.save', {
      description: 'bare',
      source: { protocol: 'imap', server: { host: 'h' }, accountId: none.id, folder: 'INBOX' },
    });
    expect(await core.run(bare)).toMatchObject({ error: { code: 'account.noSecret' } });
    expect(await core.call('launchers.get', { id: bare.id })).toMatchObject({ paused: true });

    core.ports.secretBox.loseKey();
    const run = await core.run(launcher);

    expect(run).toMatchObject({ outcome: 'failed', error: { code: 'secret.unreadable' } });
    expect(source.leaks()).toBe(0);
  });
});
