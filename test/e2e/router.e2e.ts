// The router's pages against a real SMTP server: connectors with their test, a test message, writing with an attachment, the
// outbox with what failed and why.
import { expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { openTab, visit } from './browser.ts';
import { describeWindow, useStage } from './stage.ts';

describeWindow('the router', () => {
  const stage = useStage();
  const open = async (path: string) => {
    const { browser, serve } = stage();
    const tab = await openTab(browser, serve.url);
    await visit(tab.page, path);
    return tab;
  };

  it('makes a connector, tests its server step by step, and sends a test message', async () => {
    const { smtp } = stage();
    const { page, complaints, context } = await open('/connectors/new/smtp');
    await page.getByRole('textbox', { name: 'Nom', exact: true }).fill('Essai');
    await page.getByRole('textbox', { name: 'Serveur' }).fill('127.0.0.1');
    await page.getByLabel('Chiffrement').selectOption('none');
    await page.getByLabel("Port d'écoute").fill(String(smtp.port));
    await page.getByRole('textbox', { name: 'Expéditeur' }).fill('essai@mairie.example');
    await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
    await page.getByRole('heading', { name: 'Essai', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Tester la connexion' }).click();
    await page.locator('ol.steps li').first().waitFor();
    await page.getByLabel('Adresse du destinataire').fill('moi@mairie.example');
    await page.getByRole('button', { name: "Envoyer l'essai" }).click();

    await page.getByText('Accepté pour moi@mairie.example').waitFor();
    expect(await page.locator('ol.steps li.error').count()).toBe(0);
    expect(smtp.accepted.at(-1)?.recipients).toEqual(['moi@mairie.example']);
    await page.getByRole('treeitem', { name: 'Essai' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('sends what somebody writes, with its attachment, and shows what the server said', async () => {
    const { smtp } = stage();
    const { page, context } = await open('/compose');
    await page.getByRole('textbox', { name: 'À', exact: true }).fill('maire@mairie.example');
    await page.getByRole('textbox', { name: 'Objet' }).fill('Ordre du jour');
    await page.getByRole('textbox', { name: 'Texte' }).fill('Bonjour');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Joindre des fichiers' }).click();
    const file = { name: 'ordre.txt', mimeType: 'text/plain', buffer: Buffer.from('1. Budget') };
    await (await chooser).setFiles([file]);
    await page.getByText('ordre.txt').waitFor();
    await page.getByRole('button', { name: 'Envoyer', exact: true }).click();

    await page.getByRole('heading', { name: 'Ordre du jour', level: 1 }).waitFor();
    await page.getByText('envoyé', { exact: true }).waitFor();
    const raw = smtp.accepted.find((one) => one.recipients.includes('maire@mairie.example'))?.raw;
    expect(raw).toContain('ordre.txt');
    await context.close();
  });

  it('keeps what the server refused, says why, and lets it be tried again', async () => {
    const { page, context } = await open('/outbox?show=trouble');
    await page.getByRole('row', { name: /Convocation du conseil/ }).click();

    await page.getByText('No such user').first().waitFor();
    await page.getByRole('button', { name: 'Envoyer de nouveau' }).waitFor();
    await context.close();
  });

  it('shows the whole reason at 1,280 pixels, and leaves a page without a complaint', async () => {
    const { page, context, complaints } = await open('/outbox?show=trouble');
    const note = page.getByRole('gridcell', { name: /No such user/ });
    await note.waitFor();
    const isWhole = await note.evaluate((cell) => cell.scrollWidth <= cell.clientWidth);
    await page.getByRole('row', { name: /Convocation du conseil/ }).press('Enter');
    await page.getByRole('heading', { name: 'Convocation du conseil', level: 1 }).waitFor();
    await visit(page, '/items/1');
    await visit(page, '/');
    await page.getByRole('heading', { name: 'Tableau de bord', level: 1 }).waitFor();

    expect(isWhole).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('refuses to delete a connector that a service uses, and says which', async () => {
    const { serve } = stage();
    const { page, context } = await open('/services');
    const [used] = await serve.call('connectors.list', {});
    const service = (await serve.call('services.list', {}))[0];
    await serve.call('services.save', { ...service!, connectorId: used!.id });
    await visit(page, `/connectors/${used!.id}`);
    await page.getByRole('button', { name: 'Supprimer' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Supprimer' }).click();

    await page.getByRole('alert').getByText(service!.name).waitFor();
    await context.close();
  });

  it('saves an alarm rule as the form shows it', async () => {
    const { serve } = stage();
    const { page, context } = await open('/notices/new');
    await page.getByLabel('Événement').selectOption('silence');
    await page.getByLabel('Sans rien pendant').fill('6');
    await page.getByRole('textbox', { name: 'À', exact: true }).fill('a@b.fr; c@d.fr');
    await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();

    await eventually(async () => {
      const rules = await serve.call('notices.list', {});
      return rules.some(
        ({ event, mail }) =>
          event.kind === 'silence' && event.hours === 6 && mail.to.join() === 'a@b.fr,c@d.fr',
      );
    });
    await context.close();
  });
});
