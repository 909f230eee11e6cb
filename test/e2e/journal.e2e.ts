// The journal: a sentence may name an attachment alone, so it leads to the mail or envelope that it is about.
import { expect, it } from 'vitest';
import { openTab, visit } from './browser.ts';
import { describeWindow, useStage } from './stage.ts';

describeWindow('the journal', () => {
  const stage = useStage();

  it('leads from what it tells of an item to that item', async () => {
    const { browser, serve } = stage();
    const [item] = await serve.call('items.list', { state: 'quarantined', limit: 1 });
    expect(item).toBeDefined();
    await serve.call('items.retry', { id: item!.id });
    const { page, context, complaints } = await openTab(browser, serve.url);
    await visit(page, `/launchers/${item!.launcherId}/journal`);
    await page.getByRole('link', { name: /Nouvelle tentative demandée/ }).click();

    await page.getByRole('heading', { name: item!.title }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
