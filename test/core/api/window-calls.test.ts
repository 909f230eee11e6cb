import { describe, expect, it } from 'vitest';
import type { LauncherDraft } from '#contract/model/launcher';
import { Settings } from '#contract/model/settings';
import { makeCore } from '../../helpers/make-core.ts';
import { launcherDraft } from '../../helpers/make-config.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

/** A launcher on a source that offers two items; one of them is refused for its size. */
async function town() {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('invoices');
  core.sources.at('/in').put({ key: 'facture été.pdf' });
  core.sources.at('/in').put({ key: 'plan.pdf', sizeBytes: 5000 });
  const draft = launcherDraft('/in', job, { limits: { maxItemBytes: 1000 } });
  return { ...core, job, draft };
}

describe('a launcher that is not saved', () => {
  it('is previewed and checked as it stands, and leaves no trace', async () => {
    const { call, draft } = await town();

    const preview = await call('launchers.previewDraft', { draft, limit: 10 });
    const check = await call('launchers.checkDraft', { draft });

    expect(preview.map((one) => one.verdict).sort()).toEqual(['quarantined', 'take']);
    expect(check.ok).toBe(true);
    expect(await call('launchers.list', {})).toEqual([]);
    expect(await call('items.list', {})).toEqual([]);
  });

  it('tells the names of its source, those that its filter leaves and those known already', async () => {
    const { call, draft, run } = await town();
    const saved = await call('launchers.save', draft);
    await run(saved);
    const strict: LauncherDraft = { ...draft, id: saved.id, filter: { include: '*.tif' } };

    const names = await call('launchers.draftNames', { draft: strict, limit: 10 });

    expect(names.toSorted()).toEqual(['facture été.pdf', 'plan.pdf']);
  });

  it('is refused with the field that is wrong', async () => {
    const { call, draft } = await town();
    const wrong = { ...draft, filter: { include: '/(/' } };

    await expect(call('launchers.checkDraft', { draft: wrong })).rejects.toMatchObject({
      kind: 'config',
      field: 'filter.include',
    });
  });
});

describe('many items at once', () => {
  it('are put aside: known from then on, counted no more, and may be tried again', async () => {
    const { call, draft, run } = await town();
    const launcher = await call('launchers.save', draft);
    await run(launcher);
    const [refused] = await call('items.list', { state: 'quarantined' });
    const [delivered] = await call('items.list', { text: 'facture' });
    const ids = [refused!.id, delivered!.id];

    expect(await call('items.dismiss', { ids })).toEqual({ count: 1 });

    const status = await call('status.get', {});
    expect(status.launchers[0]?.open).not.toHaveProperty('dismissed');
    expect((await run(launcher)).counts).toMatchObject({ seen: 2, known: 2, quarantined: 0 });
    expect(await call('items.retryMany', { ids })).toEqual({ count: 1 });
    const journal = await call('journal.list', { itemId: refused!.id });
    expect(journal.map((one) => one.code)).toEqual(['item.retried', 'item.dismissed']);
  });

  it('are found by the beginnings of words, page by page', async () => {
    const { call, draft, run } = await town();
    await run(await call('launchers.save', draft));

    const [found] = await call('items.list', { text: 'ETE fact' });

    expect(found?.title).toBe('facture été.pdf');
    expect(await call('items.list', { text: 'fact', before: found!.id })).toEqual([]);
  });
});

describe('figures and settings', () => {
  it('count the documents of each local day, today last', async () => {
    const { call, draft, run } = await town();
    await run(await call('launchers.save', draft));

    const days = await call('figures.days', { days: 3 });

    expect(days.map((one) => one.documents)).toEqual([0, 0, 1]);
  });

  it('keep what was saved, tell it, and begin with what is usual', async () => {
    const { call, events, restart } = await town();
    const usual = await call('settings.get', {});
    await call('settings.save', { ...usual, historyDays: 30 });
    await restart();

    expect(usual).toEqual(Settings.parse({}));
    expect((await call('settings.get', {})).historyDays).toBe(30);
    expect(events.some(({ name }) => name === 'settings.changed')).toBe(true);
  });

  it.each([
    ['proxy.mairie.local:3128', 'http://proxy.mairie.local:3128'],
    ['https://proxy:443/', 'https://proxy:443/'],
    ['', ''],
  ])('take a proxy as it is written down: "%s"', async (url, kept) => {
    const { call } = await town();
    const usual = await call('settings.get', {});

    await call('settings.save', { ...usual, proxy: { url } });

    expect((await call('settings.get', {})).proxy.url).toBe(kept);
  });

  it('put no secret and no proxy password into the text for whoever helps', async () => {
    const { call } = await town();
    await call('accounts.save', { name: 'A', user: 'u@example.org', secret: 'hush-hush' });
    const usual = await call('settings.get', {});
    await call('settings.save', { ...usual, proxy: { url: 'http://u:pass-word@proxy:3128' } });

    const { text } = await call('support.bundle', {});

    expect(text).toContain('u@example.org');
    expect(text).not.toMatch(/hush-hush|pass-word/);
  });
});
