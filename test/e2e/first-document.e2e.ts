// From an empty program to the first delivered document, with the keyboard alone.
import { readdirSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { openTab } from './browser.ts';
import { deliverFirstDocument } from './scenarios/first-document.ts';
import { startServe } from './serve.ts';
import { describeWindow, useStage } from './stage.ts';
import { scan } from './town.ts';

describeWindow('an empty program', () => {
  const stage = useStage({ empty: true });

  it('delivers its first document after four steps, by keyboard alone', async () => {
    const { browser, serve, town } = stage();
    scan(town, 2, 'PREMIER');
    const { page, complaints, context } = await openTab(browser, serve.url);
    const first = 'SCAN_PREMIER_001.pdf';
    const began = performance.now();
    const { keys, decisions } = await deliverFirstDocument(page, {
      scans: town.scanner,
      input: town.jobs.invoices,
      first,
    });
    const waitedMs = performance.now() - began;

    await eventually(() => readdirSync(town.jobs.invoices).includes(first));
    expect(complaints).toEqual([]);
    // A slow typist, and ten seconds to read and think before each decision (Card, Moran, Newell: 0.5 s and 1.35 s).
    const personMs = keys * 500 + decisions * 10_000;
    expect(waitedMs + personMs).toBeLessThan(3 * 60_000);
    await context.close();
  });

  it('leaves whoever is on the way to another page alone', async () => {
    const { browser } = stage();
    const dir = await makeTempDir();
    const empty = await startServe(dir);
    onTestFinished(async () => {
      await empty.stop();
      await removeTempDir(dir);
    });
    const context = await browser.newContext({ locale: 'fr-FR' });
    const page = await context.newPage();
    const [answer, part] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    // The page is asked for, and only then does the window learn that the program is empty.
    await page.route('**/assets/GuideView*.js', (route) =>
      part.promise.then(() => route.continue()),
    );
    await page.route('**/api/call', (route) =>
      (route.request().postData() ?? '').includes('launchers.list')
        ? answer.promise.then(() => route.continue())
        : route.continue(),
    );
    await page.goto(empty.url);
    await page.locator('main h1').first().waitFor({ state: 'attached' });
    await page.evaluate(() => {
      location.hash = '/guide';
    });
    const learnt = page.waitForResponse(
      (response) =>
        response.url().endsWith('/api/call') &&
        (response.request().postData() ?? '').includes('launchers.list'),
    );
    answer.resolve();
    await learnt;
    await page.waitForTimeout(300);
    part.resolve();

    await page.getByRole('heading', { name: 'Guide', level: 1 }).waitFor();
    await context.close();
  });
});
