// Every page in both languages and both themes: no complaint of the browser, no raw key, nothing serious for axe.
import { expect, it } from 'vitest';
import { seriousFindings } from './accessibility.ts';
import { openTab, visit } from './browser.ts';
import { paths } from './pages.ts';
import { describeWindow, useStage } from './stage.ts';

/** Forty pages, each with a look of axe. */
const ALL_PAGES_MS = 240_000;

/** `window.nav.jobs`, `errors.job.full`: a key that was shown instead of its sentence. */
const RAW_KEY =
  /\b(?:window|errors|reasons|check|checkFound|filter|schedule|verdict|itemState|outcome|condition)\.[a-z][\w.]+\b/;

describeWindow('every page', () => {
  const stage = useStage();

  for (const [language, theme] of [
    ['fr', 'light'],
    ['en', 'dark'],
  ] as const) {
    it(
      `is translated, accessible and free of complaints (${language}, ${theme})`,
      async () => {
        const { browser, serve } = stage();
        const { page, complaints, context } = await openTab(browser, serve.url, {
          language,
          theme,
        });
        const findings: Record<string, readonly string[]> = {};
        for (const path of paths) {
          await visit(page, path);
          await page.waitForTimeout(300);
          const text = await page.locator('body').innerText();
          const raw = RAW_KEY.exec(text)?.[0];
          const found = [
            ...(await seriousFindings(page)),
            ...(raw === undefined ? [] : [`raw key ${raw}`]),
          ];
          if (found.length > 0) findings[path] = found;
        }

        expect(findings).toEqual({});
        expect(complaints).toEqual([]);
        await context.close();
      },
      ALL_PAGES_MS,
    );
  }

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
