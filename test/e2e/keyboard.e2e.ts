// The main paths with the keyboard alone, from the tree to the end, as nobody's mouse does it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LauncherId } from '#contract/ids';
import { makePdf } from '../helpers/make-pdf.ts';
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

  it('decides what is in quarantine: tries one again, puts many aside, and never loses its place', async () => {
    const { serve, town } = stage();
    for (const name of ['affiche A0', 'plan B0', 'plan C0']) {
      writeFileSync(join(town.scanner, `${name}.pdf`), makePdf(260_000, name));
    }
    await serve.call('runs.runToEnd', { id: LauncherId.parse('scanner'), once: true });
    const count = async (state: 'quarantined' | 'deferred' | 'dismissed'): Promise<number> =>
      (await serve.call('items.list', { state })).length;
    const all = await count('quarantined');
    const { page, keyboard, complaints, context } = await open();
    await keyboard.open('Quarantaine');
    const isRow = () => page.evaluate(() => document.activeElement?.matches('[data-row]') === true);
    const reachRow = async (): Promise<void> => {
      for (let presses = 0; presses < 60 && !(await isRow()); presses += 1) {
        await page.keyboard.press('Tab');
      }
      expect(await isRow()).toBe(true);
    };
    await page.getByRole('grid').locator('[data-row]').first().waitFor();
    await reachRow();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Nouvelle tentative (1)' }).waitFor();
    await keyboard.press('Nouvelle tentative (1)');
    await expect.poll(isRow).toBe(true);
    expect(await count('quarantined')).toBe(all - 1);

    // From where the focus came to rest, straight on: the next row is ticked, then all.
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Mettre de côté (1)' }).waitFor();
    await keyboard.reach('Tout sélectionner');
    await page.keyboard.press('Space');
    await keyboard.press(`Mettre de côté (${all - 1})`);
    await page.getByRole('alertdialog').waitFor();
    await keyboard.press('Annuler');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(await count('dismissed')).toBe(0);
    await keyboard.press(`Mettre de côté (${all - 1})`);
    await keyboard.press('Mettre de côté');
    await page.getByText("Rien n'attend ici").waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('role'));
    await expect.poll(focused).toBe('tab');
    expect(await count('dismissed')).toBe(all - 1);

    // On to what has no COLD job, with the arrow of the tabs.
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: /Sans travail/, selected: true }).waitFor();
    expect(complaints).toEqual([]);
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
