// The main paths with the keyboard alone, from the tree to the end, as nobody's mouse does it.
import { expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { openTab } from './browser.ts';
import { keyboardOf } from './keyboard.ts';
import { describeWindow, useStage } from './stage.ts';

describeWindow('with the keyboard alone', () => {
  const stage = useStage();
  const open = async () => {
    const { browser, serve } = stage();
    const tab = await openTab(browser, serve.url);
    await tab.page.getByRole('treeitem', { name: 'Réglages' }).waitFor();
    return { ...tab, keyboard: keyboardOf(tab.page) };
  };

  it('makes a connector and a service that sends by it', async () => {
    const { serve, smtp } = stage();
    const { page, keyboard, complaints, context } = await open();
    await keyboard.open('Connecteurs');
    await keyboard.press('Nouveau connecteur SMTP');
    await page.getByRole('heading', { level: 1, name: 'Nouveau connecteur SMTP' }).waitFor();
    await keyboard.fill('Nom', 'Au clavier');
    await keyboard.fill('Serveur', '127.0.0.1');
    await keyboard.fill("Port d'écoute", String(smtp.port));
    await keyboard.choose('Chiffrement', 'Sans chiffrement (25)');
    await keyboard.fill('Expéditeur', 'ged@mairie.example');
    await keyboard.press('Enregistrer');
    await page.getByRole('heading', { level: 1, name: 'Au clavier' }).waitFor();
    await keyboard.open('Services');
    await keyboard.press('Nouvelle instance de service');
    await page.getByRole('heading', { level: 1, name: 'Nouvelle instance de service' }).waitFor();
    await keyboard.fill('Nom', 'Archives');
    await keyboard.choose('Connecteur', 'Au clavier');
    await keyboard.press('Enregistrer');
    await page.getByRole('heading', { level: 1, name: 'Archives' }).waitFor();

    const connector = (await serve.call('connectors.list', {})).find(
      ({ name }) => name === 'Au clavier',
    );
    const service = (await serve.call('services.list', {})).find(({ name }) => name === 'Archives');
    expect(service?.connectorId).toBe(connector?.id);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('writes a message and sends it', async () => {
    const { smtp } = stage();
    const { page, keyboard, context } = await open();
    await keyboard.open("Boîte d'envoi");
    await keyboard.press('Écrire un message');
    await page.getByRole('heading', { level: 1, name: 'Nouveau message' }).waitFor();
    await keyboard.fill('À', 'conseil@mairie.example');
    await keyboard.fill('Objet', 'Convocation');
    await keyboard.fill('Texte', 'Bonjour');
    await keyboard.press('Envoyer');
    await page.getByRole('heading', { level: 1, name: 'Convocation' }).waitFor();

    await page.getByText('envoyé', { exact: true }).waitFor();
    expect(smtp.accepted.at(-1)?.recipients).toEqual(['conseil@mairie.example']);
    await context.close();
  });

  it('makes a COLD job and tests that it can be written to', async () => {
    const { town, serve } = stage();
    const { page, keyboard, context } = await open();
    await keyboard.open('Travaux COLD');
    await keyboard.press('Nouveau travail COLD');
    await page.getByRole('heading', { level: 1, name: 'Nouveau travail COLD' }).waitFor();
    await keyboard.fill('Numéro EzGED', '12');
    await keyboard.fill('Nom du travail', 'cold courrier');
    await keyboard.fill("Dossier d'entrée du travail", town.jobs.clients);
    await keyboard.press('Enregistrer');
    await page.getByRole('heading', { level: 1, name: '12 - cold courrier' }).waitFor();
    await keyboard.press("Tester l'écriture");

    await page.getByText("Écriture d'essai dans la destination").waitFor();
    const made = (await serve.call('jobs.list', {})).find(({ number }) => number === 12);
    expect(made?.destination).toMatchObject({ kind: 'folder', path: town.jobs.clients });
    await context.close();
  });

  it('makes an account, with its secret', async () => {
    const { serve } = stage();
    const { page, keyboard, context } = await open();
    await keyboard.open('Comptes');
    await keyboard.press('Nouveau compte');
    await page.getByRole('dialog').waitFor();
    await keyboard.fill('Nom', 'Urbanisme');
    await keyboard.fill('Utilisateur', 'urbanisme@mairie.example');
    await keyboard.fill('Mot de passe', 'a secret');
    await keyboard.press('Enregistrer');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    const account = (await serve.call('accounts.list', {})).find(
      ({ name }) => name === 'Urbanisme',
    );
    expect(account).toMatchObject({ user: 'urbanisme@mairie.example', hasSecret: true });
    await context.close();
  });

  it('decides what is in quarantine: ticked with Space, tried again, another put aside', async () => {
    const { serve } = stage();
    const { page, keyboard, context } = await open();
    await keyboard.open('Quarantaine');
    const rows = page.getByRole('grid').locator('[data-row]');
    await rows.first().waitFor();
    for (let presses = 0; presses < 40; presses += 1) {
      if (await page.evaluate(() => document.activeElement?.matches('[data-row]'))) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Nouvelle tentative (1)' }).waitFor();
    // Back to the actions above the table.
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press('Shift+Tab');
      const text = await page.evaluate(() => document.activeElement?.textContent.trim());
      if (text === 'Mettre de côté (1)') break;
    }
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await keyboard.press('Mettre de côté');

    await eventually(
      async () => (await serve.call('items.list', { state: 'dismissed' })).length === 1,
    );
    await context.close();
  });

  it('opens the help of a form, closes it, and is back where it was', async () => {
    const { page, keyboard, context } = await open();
    await keyboard.open('Lanceurs');
    await keyboard.press('Scanner de l’accueil');
    await page.getByRole('heading', { level: 1, name: 'Scanner de l’accueil' }).waitFor();
    const button = 'Aide\u00a0: Programmer le lanceur';
    await keyboard.press(button);
    await page.getByRole('dialog').getByRole('heading', { name: 'La programmation' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe(button);
    await context.close();
  });
});
