// What somebody decides: many items at once, a search in the history, folders chosen on the program's machine, settings.
import { expect, it } from 'vitest';
import { openTab, visit } from './browser.ts';
import { describeWindow, useStage } from './stage.ts';

describeWindow('deciding', () => {
  const stage = useStage();
  const open = async (path: string) => {
    const { browser, serve } = stage();
    const tab = await openTab(browser, serve.url);
    await visit(tab.page, path);
    return tab;
  };

  it('finds a document by the beginning of a word of its name, and says so in the address', async () => {
    const { page, context } = await open('/history');
    await page.getByRole('searchbox', { name: 'Chercher' }).fill('bord mand');

    await page.getByText('1 élément', { exact: true }).waitFor();
    await page.getByRole('row', { name: /bordereau de mandats/ }).waitFor();
    expect(decodeURIComponent(page.url())).toContain('text=bord');
    await context.close();
  });

  it('says that a search has not gone through all of the history, until the core says that it has', async () => {
    const { page, complaints, context } = await open('/history');
    // As a core answers that is still reading a long history for its words.
    let isFirst = true;
    await page.route('**/api/call', (route) => {
      const isAsked = (route.request().postData() ?? '').includes('items.searchRest');
      if (!isAsked || !isFirst) return route.continue();
      isFirst = false;
      return route.fulfill({ json: { ok: true, value: { left: 12_000 } } });
    });
    await page.getByRole('searchbox', { name: 'Chercher' }).fill('bord');
    const notice = page.getByText("Tout l'historique n'a pas encore été parcouru");
    await notice.waitFor();
    expect(await page.getByRole('button', { name: 'Continuer la recherche' }).count()).toBe(1);

    await notice.waitFor({ state: 'detached' });
    await page.getByText('1 élément', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('puts aside what nobody wants, after asking, and counts it no more', async () => {
    const { serve } = stage();
    const { page, context } = await open('/quarantine');
    await page.getByRole('grid').getByRole('checkbox', { name: 'Tout sélectionner' }).check();
    await page.getByRole('button', { name: 'Mettre de côté (1)' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Mettre de côté' }).click();

    await page.getByText("Rien n'attend ici").waitFor();
    expect(await serve.call('items.list', { state: 'dismissed' })).toHaveLength(1);
    await context.close();
  });

  it('walks the folders of the machine to choose one', async () => {
    const { town } = stage();
    const { page, context } = await open('/launchers/scanner');
    await page.getByRole('button', { name: /^Parcourir… : Chemin d'origine/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Dossier parent' }).click();
    await dialog.getByRole('button', { name: 'wait', exact: true }).click();
    await dialog.getByRole('button', { name: 'factures', exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Choisir ce dossier' }).click();

    const path = await page.getByRole('textbox', { name: "Chemin d'origine" }).inputValue();
    expect(path).toBe(town.jobs.invoices.replace(/\/factures$/, ''));
    await context.close();
  });

  it('previews a launcher that is not saved, and writes nothing', async () => {
    const { serve, town } = stage();
    const { page, context } = await open('/launchers/new/folder');
    await page.getByRole('textbox', { name: 'Description' }).fill('Essai');
    await page.getByRole('textbox', { name: "Chemin d'origine" }).fill(town.scanner);
    await page.getByRole('button', { name: 'Aperçu' }).click();

    await page.getByRole('row', { name: /notes\.txt/ }).waitFor();
    expect(await serve.call('launchers.list', {})).toHaveLength(3);
    await context.close();
  });

  it('keeps the settings of the program', async () => {
    const { serve } = stage();
    const { page, context } = await open('/settings');
    await page.getByLabel('Garder journal et passages').fill('90');
    await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();

    await page.getByText('Réglages enregistrés').waitFor();
    expect((await serve.call('settings.get', {})).historyDays).toBe(90);
    await context.close();
  });
});
