// The launcher page against real sources: faults at their field, the test with its steps, the filter tester, the schedule in
// words, server folders, unsaved changes.
import { expect, it } from 'vitest';
import { LauncherId } from '#contract/ids';
import { openTab, visit } from './browser.ts';
import { describeWindow, useStage } from './stage.ts';

describeWindow('the launcher page', () => {
  const stage = useStage();
  const open = async (path: string) => {
    const { browser, serve } = stage();
    const tab = await openTab(browser, serve.url);
    await visit(tab.page, path);
    return tab;
  };

  it('shows what the contract refuses at the field it concerns', async () => {
    const { page, context } = await open('/launchers/new/imap');
    await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();

    const host = page.getByRole('textbox', { name: 'Serveur' });
    await page.getByText('Des champs sont à corriger').waitFor();
    expect(await host.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('[data-field="server.host"] .fault').innerText()).toContain(
      'à remplir',
    );
    await context.close();
  });

  it('shows what the core refuses at the field it concerns', async () => {
    const { page, context } = await open('/launchers/scanner');
    await page.getByRole('textbox', { name: "Chemin d'origine" }).fill('scanner');
    await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();

    await page.locator('[data-field="path"] .fault').waitFor();
    expect(await page.locator('[data-field="path"] .fault').innerText()).toContain(
      'chemin complet',
    );
    await context.close();
  });

  it('asks before it saves over what somebody else saved meanwhile', async () => {
    const { page, context } = await open('/launchers/scanner');
    const { call } = stage().serve;
    const id = LauncherId.parse('scanner');
    const before = await call('launchers.get', { id });
    await page.getByRole('textbox', { name: 'Description' }).fill('Tapé ici');
    await call('launchers.save', { ...before, description: 'Enregistré ailleurs' });
    await page.getByRole('heading', { name: 'Enregistré ailleurs' }).waitFor();
    const save = page.getByRole('button', { name: 'Enregistrer', exact: true });
    await save.click();
    await page.getByRole('button', { name: 'Rester sur la page' }).click();
    expect(await call('launchers.get', { id })).toMatchObject({
      description: 'Enregistré ailleurs',
    });

    await save.click();
    await page.getByRole('button', { name: 'Enregistrer quand même' }).click();
    await page.getByRole('heading', { name: 'Tapé ici' }).waitFor();
    // What was saved here is what is worked on from then on.
    await page.getByRole('textbox', { name: 'Description' }).fill(before.description);
    await save.click();
    await page.getByRole('heading', { name: before.description }).waitFor();
    await context.close();
  });

  it('lets one leave unasked where the launcher was deleted meanwhile', async () => {
    const { call } = stage().serve;
    const { id } = await call('launchers.save', {
      description: 'De passage',
      source: { protocol: 'folder', path: stage().town.dataDir },
    });
    const { page, context } = await open(`/launchers/${id}`);
    await page.getByRole('textbox', { name: 'Description' }).fill('Tapé ici');
    await call('launchers.delete', { id });
    await page.getByText("Ce lanceur n'existe pas.").waitFor();
    await visit(page, '/jobs');
    await page.getByRole('heading', { name: 'Travaux COLD' }).waitFor();
    await context.close();
  });

  it('tests a real mailbox step by step', async () => {
    const { page, complaints, context } = await open('/launchers/factures');
    await page.getByRole('button', { name: 'Tester la connexion' }).click();

    await page.getByText('Connexion chiffrée (TLS)').waitFor();
    await page.getByText('Connexion au compte', { exact: true }).waitFor();
    expect(await page.locator('ol.steps li.error').count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('lists the folders of the mail server to choose from', async () => {
    const { page, context } = await open('/launchers/factures');
    await page.getByRole('button', { name: 'Parcourir' }).first().click();
    await page.getByRole('radio', { name: 'Traité' }).check();
    await page.getByRole('button', { name: 'Choisir', exact: true }).click();

    expect(await page.getByRole('textbox', { name: "Chemin d'origine" }).inputValue()).toBe(
      'Traité',
    );
    await context.close();
  });

  it('says a schedule in words while it is typed, and names the column that is wrong', async () => {
    const { page, context } = await open('/launchers/marches');
    await page.getByRole('textbox', { name: 'Heures, ligne 1' }).fill('14');
    await page.getByText('du lundi au vendredi, à 14 h 30').waitFor();
    await page.getByRole('textbox', { name: 'Minutes, ligne 1' }).fill('75');

    await page.getByText('75 est hors limites').waitFor();
    const minutes = page.getByRole('textbox', { name: 'Minutes, ligne 1' });
    expect(await minutes.getAttribute('aria-invalid')).toBe('true');
    await context.close();
  });

  it('judges names as the filter is typed, and takes a better spelling over into the form', async () => {
    const { page, context } = await open('/launchers/marches');
    await page.getByRole('button', { name: 'Essayer le filtre' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Noms à essayer').fill('facture.pdf\narchive.old.db\nnotes.txt');
    await dialog.getByLabel('Noms à prendre').fill('/.*\\.(?!db).*/');
    await dialog.getByText('3 sur 3 pris').waitFor();
    await dialog.getByRole('button', { name: 'Prendre cette écriture' }).click();
    await dialog.getByText('2 sur 3 pris').waitFor();
    await dialog.getByRole('button', { name: 'Reprendre ce filtre' }).click();

    const include = await page.getByLabel('Noms à prendre').inputValue();
    expect(include).not.toContain('/.*');
    await page.getByText('Modifications non enregistrées').waitFor();
    await context.close();
  });

  it('asks before typed changes are lost, and stays when told to', async () => {
    const { page, context } = await open('/launchers/scanner');
    await page.getByRole('textbox', { name: 'Description' }).fill('Autre nom');
    await page.getByRole('treeitem', { name: 'Comptes' }).click();
    await page.getByRole('button', { name: 'Rester sur la page' }).click();

    expect(await page.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('Autre nom');
    await page.getByRole('treeitem', { name: 'Comptes' }).click();
    await page.getByRole('button', { name: 'Quitter sans enregistrer' }).click();
    await page.getByRole('heading', { name: 'Comptes', level: 1 }).waitFor();
    await context.close();
  });

  it('shows in the preview what a run would take and where it goes', async () => {
    const { page, context } = await open('/launchers/scanner/preview');

    const late = page.getByRole('row', { name: /compte rendu du conseil/ });
    await late.waitFor();
    await context.close();
  });
});
