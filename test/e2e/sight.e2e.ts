// The window for eyes that need more: 200 % zoom, a narrow window, Windows' high contrast.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openTab, visit } from './browser.ts';
import { outOfSight } from './out-of-sight.ts';
import { paths } from './pages.ts';
import { describeWindow, useStage } from './stage.ts';

/** Text whose colour is nearly that of what lies behind it, in high contrast. */
function invisibleText(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    const luminance = (colour: string): number => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map(
        (value) =>
          value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element: Element): string => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if (!/rgba\(.*, 0\)|transparent/.test(colour)) return colour;
      }
      return 'Canvas';
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faults = new Set<string>();
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent?.trim() ?? '';
      if (element === null || text === '' || !element.checkVisibility()) continue;
      if (element.closest('.sr-only, .skip, :disabled, option')) continue;
      const [one, other] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
      const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      if (contrast < 4.5) faults.add(`${text.slice(0, 40)}: ${contrast.toFixed(1)}`);
    }
    return [...faults];
  });
}

/** Pixels of a picture of the element as it is drawn. */
async function drawn(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).first().screenshot()).toString('base64');
}

describeWindow('for eyes that need more', () => {
  const stage = useStage();

  it.each([
    ['in 900 pixels of width', { width: 900, height: 700 }],
    ['at 200 % on 1,280 by 800 pixels', { width: 640, height: 400, zoom: 2 }],
  ])('no page scrolls sideways, and everything can be reached %s', async (_, size) => {
    const { browser, serve } = stage();
    const { page, context } = await openTab(browser, serve.url, size);
    const faults: Record<string, readonly string[]> = {};
    for (const path of paths) {
      await visit(page, path);
      await page.waitForTimeout(300);
      const found = await outOfSight(page);
      if (found.length > 0) faults[path] = found;
    }

    expect(faults).toEqual({});
    await context.close();
  });

  it('shows every dialog whole at 200 %, with its buttons', async () => {
    const { browser, serve } = stage();
    const { page, context } = await openTab(browser, serve.url, {
      width: 640,
      height: 400,
      zoom: 2,
    });
    const faults: Record<string, readonly string[]> = {};
    const look = async (name: string, open: () => Promise<void>) => {
      await open();
      const dialog = page.locator('[role=dialog]').last();
      await dialog.waitFor();
      const box = await dialog.boundingBox();
      const found = await outOfSight(page, '[role=dialog]');
      if (!box || box.x < 0 || box.y < 0 || box.x + box.width > 640 || box.y + box.height > 400)
        found.push(`the dialog lies at ${JSON.stringify(box)}`);
      if (found.length > 0) faults[name] = found;
      await page.keyboard.press('Escape');
    };
    await visit(page, '/accounts');
    await look('account', () => page.getByRole('button', { name: 'Nouveau compte' }).click());
    await look('session', () => page.getByRole('button', { name: /^Vérifier la session/ }).click());
    await look('search', () => page.keyboard.press('Control+k'));
    await visit(page, '/launchers/scanner');
    await look('filter', () => page.getByRole('button', { name: 'Essayer le filtre' }).click());
    await look('help', () => page.getByRole('button', { name: 'Aide : Dossier' }).click());

    expect(faults).toEqual({});
    await context.close();
  });

  it.each(['light', 'dark'] as const)(
    'has no invisible text in high contrast, on any page (%s)',
    async (theme) => {
      const { browser, serve } = stage();
      const { page, context } = await openTab(browser, serve.url, { theme, forcedColors: true });
      const faults: Record<string, readonly string[]> = {};
      for (const path of paths) {
        await visit(page, path);
        await page.waitForTimeout(200);
        const found = await invisibleText(page);
        if (found.length > 0) faults[path] = found;
      }

      expect(faults).toEqual({});
      await context.close();
    },
  );

  it('shows where the focus is in high contrast', async () => {
    const { browser, serve } = stage();
    const { page, context } = await openTab(browser, serve.url, { forcedColors: true });
    const unseen: string[] = [];
    for (const path of ['/', '/launchers/scanner', '/quarantine', '/compose', '/guide/gmail']) {
      await visit(page, path);
      await page.waitForTimeout(200);
      for (let presses = 0; presses < 45; presses += 1) {
        await page.keyboard.press('Tab');
        const fault = await page.evaluate(() => {
          const element = document.activeElement;
          // The page itself is where the skip link leads.
          if (element === null || element === document.body || element.id === 'main') return '';
          const { outlineStyle, outlineWidth } = getComputedStyle(element);
          const isShown = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
          return isShown ? '' : element.outerHTML.slice(0, 120);
        });
        if (fault !== '' && !unseen.includes(fault)) unseen.push(fault);
      }
    }

    expect(unseen).toEqual([]);
    await context.close();
  });

  it('tells states, tabs and chosen entries apart in high contrast', async () => {
    const { browser, serve } = stage();
    const { page, context } = await openTab(browser, serve.url, { forcedColors: true });
    await page.getByRole('treeitem', { name: /Scanner/ }).waitFor();
    await page.waitForTimeout(500);
    const dot = (tone: string) => `[role=treeitem] .dot.${tone}`;
    const tones = await page
      .locator('[role=treeitem] .dot')
      .evaluateAll((dots) => [
        ...new Set(dots.map((one) => (one.getAttribute('class') ?? '').replace('dot ', ''))),
      ]);
    const looks = await Promise.all(tones.map((tone) => drawn(page, dot(tone))));
    expect(tones.length).toBeGreaterThan(1);
    expect(new Set(looks).size).toBe(tones.length);
    // A state that is drawn is more than the empty ground.
    const painted = await page
      .locator(dot(tones[0] ?? ''))
      .first()
      .evaluate((element) => {
        const { backgroundColor } = getComputedStyle(element);
        return backgroundColor !== getComputedStyle(document.body).backgroundColor;
      });
    expect(painted).toBe(true);

    await visit(page, '/quarantine');
    const edges = await page
      .getByRole('tab')
      .evaluateAll((tabs) => tabs.map((tab) => getComputedStyle(tab).borderBottomColor));
    expect(edges[0]).not.toBe(edges[1]);

    await page.keyboard.press('Control+k');
    const entries = page.getByRole('option');
    await entries.nth(1).waitFor();
    await page.keyboard.press('ArrowDown');
    const grounds = await entries.evaluateAll((all) =>
      all.slice(0, 4).map((one) => getComputedStyle(one).backgroundColor),
    );
    expect(new Set(grounds).size).toBe(2);
    await context.close();
  });
});
