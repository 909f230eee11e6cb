// The line to the core: reloads, two windows at once, and a core that is restarted under the page.
import { expect, it, onTestFinished } from 'vitest';
import { openTab, visit } from './browser.ts';
import { startServe } from './serve.ts';
import { describeWindow, useStage } from './stage.ts';

describeWindow('the line to the core', () => {
  const stage = useStage();

  it('takes the key out of the address and survives a reload at the same place', async () => {
    const { browser, serve } = stage();
    const { page, context } = await openTab(browser, serve.url);
    await visit(page, '/jobs/j87');
    await page.reload();

    await page.getByRole('heading', { name: '87 - cold facturesfournisseurs' }).waitFor();
    expect(page.url()).not.toContain('token');
    await context.close();
  });

  it('shows in one window what was saved in another', async () => {
    const { browser, serve } = stage();
    const one = await openTab(browser, serve.url);
    const other = await openTab(browser, serve.url);
    await visit(one.page, '/launchers/marches');
    await one.page.getByRole('textbox', { name: 'Description' }).fill('Marchés de travaux');
    await one.page.getByRole('button', { name: 'Enregistrer', exact: true }).click();

    await other.page.getByRole('treeitem', { name: 'Marchés de travaux' }).waitFor();
    await one.context.close();
    await other.context.close();
  });

  it('says that the core is gone, takes its new address, and goes on where it was', async () => {
    const { browser, town } = stage();
    await stage().serve.stop();
    const first = await startServe(town.dataDir);
    onTestFinished(first.stop);
    const { page, context } = await openTab(browser, first.url);
    await visit(page, '/accounts');
    await page.getByRole('heading', { name: 'Comptes', level: 1 }).waitFor();
    await first.stop();
    await page.getByText('Le programme ne répond plus').waitFor();

    const second = await startServe(town.dataDir, first.port);
    onTestFinished(second.stop);
    await page.getByText('demande sa nouvelle adresse').waitFor();
    await page.getByLabel('Adresse avec jeton').fill(second.url);
    await page.getByRole('button', { name: 'Utiliser' }).click();

    await page.getByText('La liaison avec le programme est rétablie').waitFor();
    await page.getByText('factures@mairie.example').waitFor();
    await context.close();
  });
});
