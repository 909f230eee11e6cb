// Items that must be read to know what they hold, by way of mails dropped into a folder: judged like any other, only later.
import { join } from 'node:path';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeCore } from '../../helpers/make-core.ts';
import { launcherDraft } from '../../helpers/make-config.ts';
import { makeMail } from '../../helpers/make-mail.ts';
import { makeZip } from '../../envelopes/make-zip.ts';
import { tempDir } from '../../helpers/temp-dir.ts';

const attach = (name: string, content: string | Buffer = name) => ({ name, content });
const MAIL = makeMail({ subject: 'Factures', attachments: [attach('a.pdf'), attach('b.txt')] });

type Given = {
  readonly mails?: object;
  readonly rest?: object;
  readonly sidecar?: 'json' | 'none';
};

async function setUp(given: Given = {}) {
  const dir = await tempDir();
  const core = await makeCore({ dir, isReal: true });
  const inbox = join(dir, 'inbox');
  mkdirSync(inbox);
  const job = await core.job('cold', { sidecar: given.sidecar ?? 'json' });
  const mails = { open: true, ...given.mails };
  const launcher = await core.call('launchers.save', {
    ...launcherDraft(inbox, job),
    source: { protocol: 'folder', path: inbox, fate: { kind: 'delete' }, mails },
    ...given.rest,
  });
  const drop = (name: string, raw: Buffer | string) => {
    writeFileSync(join(inbox, name), raw);
    return join(inbox, name);
  };
  return { core, launcher, drop, dir };
}

it('delivers what a dropped mail holds, and settles the mail', async () => {
  const { core, launcher, drop } = await setUp();
  const file = drop('m.eml', MAIL);
  const run = await core.run(launcher);
  expect(run.counts).toMatchObject({ seen: 1, delivered: 1, documents: 2 });
  expect(core.filesIn('cold')).toEqual(['a.pdf', 'a.pdf.json', 'b.txt', 'b.txt.json']);
  const sidecar = JSON.parse(core.read('cold', 'a.pdf.json')) as object;
  expect(sidecar).toMatchObject({ subject: 'Factures', from: 'Jean Dupont <jean@example.org>' });
  expect(existsSync(file)).toBe(false);
});

it('judges the names inside by the filter, and leaves a mail with nothing to take', async () => {
  const { core, launcher, drop } = await setUp({ rest: { filter: { include: '*.pdf' } } });
  drop('m.eml', MAIL);
  const nothing = drop('n.eml', makeMail({ attachments: [attach('c.txt')] }));
  const run = await core.run(launcher);
  expect(run.counts).toMatchObject({ seen: 2, delivered: 1, filtered: 1, documents: 1 });
  expect(core.filesIn('cold')).toEqual(['a.pdf', 'a.pdf.json']);
  expect(existsSync(nothing)).toBe(true);
  // Known now: not read again.
  expect((await core.run(launcher)).counts).toMatchObject({ seen: 1, known: 1 });
});

it('keeps a mail of which a part fits no job, and delivers the rest once', async () => {
  const { core, launcher, drop } = await setUp();
  const [row] = (await core.call('launchers.get', { id: launcher.id })).affiliations;
  const affiliations = [{ jobId: row!.jobId, extensions: ['pdf'] }];
  await core.call('launchers.save', { ...launcher, affiliations });
  const file = drop('m.eml', MAIL);
  await core.run(launcher);
  await core.run(launcher);
  expect(core.filesIn('cold')).toEqual(['a.pdf', 'a.pdf.json']);
  expect(Object.values(await core.states(launcher))).toEqual(['unrouted']);
  expect(existsSync(file)).toBe(true);
});

it('shows in the preview what a run would deliver, and takes nothing', async () => {
  const { core, launcher, drop } = await setUp();
  drop('m.eml', MAIL);
  await core.clock.advance(2000);
  const items = await core.call('launchers.preview', { id: launcher.id, limit: 10 });
  expect(items.map(({ verdict }) => verdict)).toEqual(['take']);
  expect(items[0]?.documents.map(({ name }) => name)).toEqual(['a.pdf', 'b.txt']);
  expect(core.filesIn('cold')).toEqual([]);
});

const locked = makeZip([{ name: 'x.pdf', bytes: 'secret', isEncrypted: true }]);

it('names a document that nobody can read in its sidecar', async () => {
  const { core, launcher, drop } = await setUp();
  drop('m.eml', makeMail({ attachments: [attach('z.zip', locked)] }));
  await core.run(launcher);
  expect(JSON.parse(core.read('cold', 'z.zip.json'))).toMatchObject({
    protection: 'file.encryptedZip',
  });
});

it('sets it aside where the launcher says so', async () => {
  const { core, launcher, drop } = await setUp({
    mails: { take: { protectedFiles: 'quarantine' } },
  });
  const file = drop('m.eml', makeMail({ attachments: [attach('z.zip', locked), attach('a.pdf')] }));
  await core.run(launcher);
  expect(core.filesIn('cold')).toEqual([]);
  const [item] = await core.items(launcher);
  expect(item).toMatchObject({
    state: 'quarantined',
    reason: { code: 'file.encryptedZip', params: { name: 'z.zip' } },
  });
  expect(existsSync(file)).toBe(true);
});

describe('a container that cannot be opened', () => {
  const damaged = { name: 'lot.zip', type: 'application/zip', content: 'no zip' };
  const told = { code: 'mail.unopened', params: { name: 'lot.zip' } };

  it('is told in the history of its item and in the list of items, without an index file', async () => {
    const mails = { take: { zip: 'open' } };
    const { core, launcher, drop } = await setUp({ sidecar: 'none', mails });
    drop('m.eml', makeMail({ attachments: [damaged, attach('a.pdf')] }));
    await core.run(launcher);
    expect(core.filesIn('cold')).toEqual(['a.pdf', 'lot.zip']);
    const [item] = await core.call('items.list', {});
    expect(item?.remarks).toEqual([told]);
    const history = await core.call('journal.list', { itemId: item!.id });
    expect(history).toMatchObject([{ ...told, level: 'warn', launcherId: launcher.id }]);
  });

  it('is told where the filter leaves nothing of the mail', async () => {
    const rest = { filter: { include: '*.pdf' } };
    const mails = { take: { zip: 'open' } };
    const { core, launcher, drop } = await setUp({ sidecar: 'none', mails, rest });
    drop('m.eml', makeMail({ attachments: [damaged] }));
    await core.run(launcher);
    await core.run(launcher);
    const [item] = await core.call('items.list', {});
    expect(item).toMatchObject({ state: 'filtered', remarks: [told] });
    expect(await core.call('journal.list', { itemId: item!.id })).toHaveLength(1);
  });
});
