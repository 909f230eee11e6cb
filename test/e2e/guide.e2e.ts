// The guide inside the window: every section in both languages and themes, its pictures, its addresses, and the way to it from
// the forms it explains.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { seriousFindings } from './accessibility.ts';
import { openTab, visit } from './browser.ts';
import { describeWindow, useStage } from './stage.ts';

/** What is wrong with the pictures in sight: not loaded, or without words for those who cannot see them. */
async function pictureFaults(page: Page): Promise<string[]> {
  const pictures = page.locator('article img');
  const faults: string[] = [];
  for (let index = 0; index < (await pictures.count()); index += 1) {
    const picture = pictures.nth(index);
    // Fetched when it comes into sight.
    await picture.scrollIntoViewIfNeeded();
    const found = await picture.evaluate(async (element: HTMLImageElement) => {
      await element.decode().catch(() => undefined);
      const { src, alt, naturalWidth } = element;
      return { src, alt, naturalWidth, label: element.closest('button')?.ariaLabel ?? '' };
    });
    if (found.naturalWidth === 0) faults.push(`not loaded: ${found.src}`);
    if (found.alt === '' || !found.label.includes(found.alt)) faults.push(`no words: ${found.src}`);
  }
  return faults;
}

describeWindow('the guide', () => {
  const stage = useStage({ empty: true });

  for (const [language, theme, width] of [
    ['fr', 'light', 1280],
    ['en', 'dark', 900],
  ] as const) {
    it(`shows every section and its pictures (${language}, ${theme}, ${width} pixels wide)`, async () => {
      const { browser, serve } = stage();
      const { page, complaints, context } = await openTab(browser, serve.url, {
        language,
        theme,
        width,
      });
      await visit(page, '/guide');
      const contents = page.getByRole('navigation', { name: /^(Sommaire|Contents)$/ });
      await contents.getByRole('link').first().waitFor();
      const addresses = await contents
        .getByRole('link')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
      expect(addresses).toContain('#/guide/gmail');
      const faults: Record<string, readonly string[]> = {};
      const titles = new Set<string>();
      for (const address of addresses) {
        await visit(page, address.slice(1));
        await page.locator('article p').first().waitFor();
        titles.add(await page.locator('main h1').innerText());
        const found = [...(await pictureFaults(page)), ...(await seriousFindings(page))];
        const sideways = await page
          .locator('main')
          .evaluate((main) => main.scrollWidth - main.clientWidth);
        if (sideways > 0) found.push(`scrolls sideways by ${sideways}`);
        if (found.length > 0) faults[address] = found;
      }

      expect(faults).toEqual({});
      expect(titles.size).toBe(addresses.length);
      expect(complaints).toEqual([]);
      await context.close();
    }, 240_000);
  }

  it('opens at the section of its address, after a reload and in another language too', async () => {
    const { browser, serve } = stage();
    const { page, context } = await openTab(browser, `${serve.url}&to=/guide/filters`);
    await page.getByRole('heading', { name: 'Les filtres', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Les filtres', level: 1 }).waitFor();

    await visit(page, '/settings');
    await page.getByLabel('Langue', { exact: true }).selectOption('en');
    await visit(page, '/guide/filters');

    await page.getByRole('heading', { name: 'Filters', level: 1 }).waitFor();
    await context.close();
  });

  it('is read with the keyboard: a link leads to the next title, a picture opens and gives the focus back', async () => {
    const { browser, serve } = stage();
    const { page, context } = await openTab(browser, `${serve.url}&to=/guide/gmail`);
    const picture = page.getByRole('button', { name: /^Agrandir l'image/ }).first();
    await picture.focus();
    await page.keyboard.press('Enter');
    const large = page.getByRole('dialog').getByRole('img');
    await large.waitFor();
    await page.keyboard.press('Escape');
    await large.waitFor({ state: 'detached' });
    expect(await picture.evaluate((element) => element === document.activeElement)).toBe(true);

    await page.getByRole('link', { name: 'Office 365' }).first().focus();
    await page.keyboard.press('Enter');

    await page.waitForFunction(
      () =>
        document.activeElement?.matches('main h1') &&
        document.activeElement.textContent.includes('Office'),
    );
    await context.close();
  });

  it('says so where a section does not exist, and leads to the contents', async () => {
    const { browser, serve } = stage();
    const { page, context } = await openTab(browser, `${serve.url}&to=/guide/nowhere`);
    await page.getByText("Cette section du guide n'existe pas.").waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Sommaire' }).click();

    await page.getByRole('navigation', { name: 'Sommaire' }).waitFor();
    await context.close();
  });

  it.each([
    ['/launchers/new/folder', 'Aide : Dossier', 'Un lanceur de dossier'],
    ['/launchers/new/imap', 'Aide : IMAP', 'Un lanceur de boîte aux lettres (IMAP)'],
    ['/launchers/new/pop', 'Aide : POP3', 'POP3, direct ou par stunnel'],
    ['/launchers/new/o365', 'Aide : Office 365', 'Office 365'],
    ['/launchers/new/adullact', 'Aide : Adullact', 'Adullact, Pastell, Chorus Pro'],
    ['/launchers/new/folder', 'Aide : Filtre de nom de fichier', 'Les filtres'],
    ['/launchers/new/folder', 'Aide : Programmer le lanceur', 'La programmation'],
    ['/launchers/new/folder', 'Aide : Regroupement par extension', 'Les affiliations'],
  ])(
    'opens over the form %s by its button “%s”, and what was typed stays',
    async (path, button, title) => {
      const { browser, serve } = stage();
      const { page, context } = await openTab(browser, `${serve.url}&to=${path}`);
      const description = page.getByRole('textbox', { name: 'Description' });
      await description.fill('À moitié saisi');
      await page.getByRole('button', { name: button.replace(' :', '\u00a0:') }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('heading', { name: title, level: 2 }).first().waitFor();
      await dialog.locator('p').nth(1).waitFor();
      await page.keyboard.press('Escape');

      await dialog.waitFor({ state: 'detached' });
      expect(await description.inputValue()).toBe('À moitié saisi');
      await context.close();
    },
  );

  it('follows its own links within the dialog, and opens the whole page from there', async () => {
    const { browser, serve } = stage();
    const { page, context } = await openTab(browser, `${serve.url}&to=/accounts`);
    await page.getByRole('button', { name: 'Nouveau compte' }).first().click();
    await page.getByRole('button', { name: /^Aide/ }).click();
    const help = page.getByRole('dialog').last();
    await help.getByRole('heading', { name: 'Les comptes' }).waitFor();
    await help.getByRole('link', { name: "mot de passe d'application" }).click();
    await help.getByRole('heading', { name: 'Gmail', exact: true }).waitFor();
    await help.getByRole('link', { name: 'Ouvrir la page du guide' }).click();

    await page.getByRole('heading', { name: 'Gmail', level: 1 }).waitFor();
    expect(page.url()).toContain('#/guide/gmail');
    await context.close();
  });
});
