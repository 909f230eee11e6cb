// A history of 100,000 items: the first page at once, few rows drawn, the keyboard walks it, filters lie in the address.
import { expect, it, onTestFinished } from 'vitest';
import { openTab, visit } from './browser.ts';
import { fillHistory } from './long-history.ts';
import { startServe } from './serve.ts';
import { describeWindow, useStage } from './stage.ts';

const ROWS = 100_000;

describeWindow('a long history', () => {
  const stage = useStage();

  it('draws only what is in sight, however far one goes', async () => {
    const { browser, town } = stage();
    await stage().serve.stop();
    fillHistory(town.dataDir, { rows: ROWS, launchers: ['scanner'], jobs: ['j87'] });
    const serve = await startServe(town.dataDir);
    onTestFinished(serve.stop);
    const { page, context, complaints } = await openTab(browser, serve.url);
    await visit(page, '/history');
    const grid = page.getByRole('grid');
    await grid.getByText(`_${ROWS}.pdf`).waitFor();

    for (let jump = 0; jump < 4; jump += 1) {
      await grid.evaluate((element) => {
        element.scrollTop = element.scrollHeight;
      });
      // Grouped by a narrow space from a thousand on.
      const shown = String((jump + 2) * 500).replace(/(?=\d{3}$)/, '\\s');
      await page.getByText(new RegExp(`${shown} éléments affichés`)).waitFor();
    }

    expect(await grid.locator('[role=row]').count()).toBeLessThan(80);
    await grid.getByText(`_${ROWS - 2000}.pdf`).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is walked with the arrow keys and opened with Enter', async () => {
    const { browser, town } = stage();
    const serve = await startServe(town.dataDir);
    onTestFinished(serve.stop);
    const { page, context } = await openTab(browser, `${serve.url}&to=/history?launcher=factures`);
    const rows = page.getByRole('grid').locator('[data-row]');
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '1');
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { name: 'Chaîne de traçabilité' }).waitFor();
    expect(page.url()).toContain('/items/');
    await context.close();
  });
});
