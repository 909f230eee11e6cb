// Every page in both languages and both themes: no complaint of the browser, no raw key, nothing serious for axe.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousFindings } from './accessibility.ts';
import { openTab, type Tab, visit } from './browser.ts';
import { paths } from './pages.ts';
import { describeWindow, useStage } from './stage.ts';

/** `window.nav.jobs`, `errors.job.full`: a key that was shown instead of its sentence. */
const RAW_KEY =
  /\b(?:window|errors|reasons|check|checkFound|filter|schedule|verdict|itemState|outcome|condition)\.[a-z][\w.]+\b/;

describeWindow('every page', () => {
  const stage = useStage();

  describe.each([
    ['fr', 'light'],
    ['en', 'dark'],
  ] as const)('is translated, accessible and free of complaints (%s, %s)', (language, theme) => {
    let tab: Tab | undefined;
    beforeAll(async () => {
      const { browser, serve } = stage();
      tab = await openTab(browser, serve.url, { language, theme });
    });
    afterAll(() => tab?.context.close());

    it.each(paths)('%s', async (path) => {
      const { page, complaints } = tab!;
      await visit(page, path);
      await page.waitForTimeout(300);
      const text = await page.locator('body').innerText();

      expect(RAW_KEY.exec(text)?.[0]).toBeUndefined();
      expect(await seriousFindings(page)).toEqual([]);
      expect(complaints.splice(0)).toEqual([]);
    });
  });

  it('speaks the language the reader chooses, at once and after a reload', async () => {
    const { browser, serve } = stage();
    const { page, context } = await openTab(browser, `${serve.url}&to=/settings`, {
      language: 'fr',
    });
    await page.getByLabel('Langue', { exact: true }).selectOption('en');

    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await context.close();
  });
});
