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

  it('asks before what was typed on the way is lost, and not where nothing was', async () => {
    const { browser, serve } = stage();
    const { page, complaints, context } = await openTab(browser, serve.url);
    const heading = (name: string) => page.getByRole('heading', { level: 1, name });
    const question = page.getByRole('alertdialog');
    await heading('Premiers pas').waitFor();
    await page.getByRole('treeitem', { name: 'Lanceurs' }).click();
    await heading('Lanceurs').waitFor();
    await page.getByRole('link', { name: 'Commencer' }).click();
    await page.getByRole('textbox', { name: 'Description' }).fill('Scanner');
    await page.getByRole('treeitem', { name: 'Comptes' }).click();
    await question.getByRole('button', { name: 'Rester sur la page' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await page.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('Scanner');
    await page.getByRole('treeitem', { name: 'Comptes' }).click();
    await question.getByRole('button', { name: 'Quitter sans enregistrer' }).click();

    await heading('Comptes').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

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
