import { describe, expect, it } from 'vitest';
import { ServiceId } from '#contract/ids';
import { makeRouter, subjectsOf } from './make-router.ts';
import { launcherDraft } from '../../helpers/make-config.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

async function forwarding(forward: { to?: string[]; subject?: string; text?: string } = {}) {
  const core = await makeRouter({ isReal: true });
  const job = await core.job('factures', {
    forward: { serviceId: core.service.id, to: ['archive@example.org'], ...forward },
  });
  const root = join(core.dir, 'in');
  mkdirSync(root);
  const launcher = await core.call('launchers.save', {
    ...launcherDraft(root, job, { fate: { kind: 'delete' } }),
    description: 'Scanner',
  });
  return { ...core, launcher, root };
}

describe('a COLD job that hands its documents on', () => {
  it('delivers each document and mails it once', async () => {
    const { run, root, launcher, call, server, filesIn } = await forwarding({
      subject: 'Document {name} de {launcher}',
      text: 'Travail {job_name}, {size} octets{nothing}',
    });
    writeFileSync(join(root, 'a.txt'), 'contents');

    await run(launcher);
    await call('outbox.flush', {});
    await run(launcher);
    await call('outbox.flush', {});

    expect(filesIn('factures')).toEqual(['a.txt']);
    expect(subjectsOf(server)).toEqual(['Document a.txt de Scanner']);
    const [mail] = server.accepted;
    expect(mail?.recipients).toEqual(['archive@example.org']);
    expect(mail?.raw).toContain('Travail factures, 8 octets\r\n');
    expect(mail?.raw).toContain(Buffer.from('contents').toString('base64'));
    expect(mail?.raw).toContain('Auto-Submitted: auto-generated');
    const [row] = await call('outbox.list', {});
    expect(row).toMatchObject({ state: 'sent', asker: { kind: 'forward', job: 'factures' } });
  });

  it('delivers a document although its recipient cannot be computed, and shows the mail as failed', async () => {
    const { run, root, launcher, call, filesIn } = await forwarding({ to: ['{from}'] });
    writeFileSync(join(root, 'a.txt'), 'contents');

    const done = await run(launcher);
    await call('outbox.flush', {});

    expect(done.outcome).toBe('done');
    expect(filesIn('factures')).toEqual(['a.txt']);
    expect(await call('outbox.list', {})).toMatchObject([
      { state: 'failed', reason: { code: 'address.invalid' } },
    ]);
  });

  it('is refused where the instance does not exist', async () => {
    const { job } = await makeRouter();

    await expect(
      job('x', { forward: { serviceId: ServiceId.parse('nobody') } }),
    ).rejects.toMatchObject({
      code: 'service.missing',
      field: 'forward.serviceId',
    });
  });
});
