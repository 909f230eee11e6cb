// Signing in with Google and Microsoft through the window, from the button to the account that is signed in: their own addresses, the
// program as it is built, a person's clicks in Chromium.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { seriousFindings } from './accessibility.ts';
import { launchChromium, openTab, visit } from './browser.ts';
import {
  type Cloud,
  GOOGLE_USER,
  MICROSOFT_USER,
  saveGoogleAccount,
  saveMicrosoftAccount,
  startCloud,
  useCloud,
} from './cloud.ts';
import { type Serve, startServe } from './serve.ts';
import { describeWindow } from './stage.ts';

const PENDING = { kind: 'pending' } as const;

describeWindow('signing in with Google and Microsoft', () => {
  let dir = '';
  let cloud: Cloud;
  let serve: Serve;
  let browser: Browser;
  beforeAll(async () => {
    dir = await makeTempDir();
    cloud = await startCloud(dir);
    serve = await startServe(dir, 0, cloud.front.env);
    browser = await launchChromium([...cloud.front.browserArgs, '--ignore-certificate-errors']);
    await useCloud(serve, cloud);
    await saveGoogleAccount(serve, cloud);
    await saveMicrosoftAccount(serve);
  });
  afterAll(async () => {
    await browser.close();
    await serve.stop();
    await cloud.stop();
    await removeTempDir(dir);
  });

  /** The window on its accounts, the dialog of one of them open. */
  async function openSignIn(account: string) {
    const tab = await openTab(browser, serve.url);
    await visit(tab.page, '/accounts');
    await tab.page
      .getByRole('button', { name: `Connecter le compte « ${account} »`, exact: true })
      .click();
    return { ...tab, dialog: tab.page.getByRole('dialog') };
  }
  /** The provider's page, as the link of the dialog opens it. */
  async function openProvider(page: Page): Promise<Page> {
    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Ouvrir la page de connexion' }).click();
    return opened;
  }
  const badge = (page: Page, account: string, words: string) =>
    page.getByRole('row', { name: new RegExp(account) }).getByText(words, { exact: true });

  it('offers Google only the browser, and shows who answered there', async () => {
    const { page, dialog, complaints, context } = await openSignIn('Factures Gmail');
    expect(await dialog.getByRole('button', { name: 'Avec un code' }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Dans le navigateur de ce poste' }).click();
    const google = await openProvider(page);
    expect(new URL(google.url()).host).toBe('accounts.google.com');
    await google.locator('input[name=login]').fill(GOOGLE_USER);
    await google.locator('input[name=password]').fill('any');
    await google.locator('button[type=submit]').click();
    await google.locator('button[type=submit]').click();
    await google.getByText(GOOGLE_USER).waitFor();

    await dialog.getByText(`le compte qui a répondu est ${GOOGLE_USER}`).waitFor();
    await dialog.getByRole('button', { name: 'Fermer' }).last().click();
    await badge(page, 'Factures Gmail', 'connecté').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("refuses another Google mailbox than the account's, in words", async () => {
    const { page, dialog, context } = await openSignIn('Factures Gmail');
    await dialog.getByRole('button', { name: 'Dans le navigateur de ce poste' }).click();
    const google = await openProvider(page);
    await google.locator('input[name=login]').fill('autre@gmail.com');
    await google.locator('input[name=password]').fill('any');
    await google.locator('button[type=submit]').click();
    await google.locator('button[type=submit]').click();

    await dialog.getByText(/autre@gmail\.com/).waitFor();
    await dialog.getByRole('button', { name: 'Recommencer' }).click();
    await dialog.getByRole('button', { name: 'Dans le navigateur de ce poste' }).waitFor();
    await context.close();
  });

  it('shows the code of Microsoft to copy, its link and the time left, and the account that answered', async () => {
    cloud.entra.answers.splice(0, Infinity, PENDING);
    const { page, dialog, complaints, context } = await openSignIn('Accueil Office 365');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await dialog.getByRole('button', { name: 'Avec un code' }).click();
    await dialog.locator('code.code').waitFor();
    await dialog.getByRole('button', { name: 'Copier le code' }).click();

    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('ABCD-EFGH');
    expect(await dialog.getByRole('link').getAttribute('href')).toBe(
      'https://microsoft.com/devicelogin',
    );
    const left = await dialog.getByText(/encore 1\d:\d\d/).innerText();
    await page.waitForFunction(
      (before) => !document.querySelector('[role=dialog]')?.textContent.includes(before),
      left,
    );
    expect(await seriousFindings(page)).toEqual([]);
    cloud.entra.answers.splice(0, Infinity, { kind: 'tokens' });
    await dialog.getByText(`le compte qui a répondu est ${MICROSOFT_USER}`).waitFor();
    await dialog.getByRole('button', { name: 'Fermer' }).last().click();
    await badge(page, 'Accueil Office 365', 'connecté').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('asks Microsoft no more once the dialog is closed', async () => {
    cloud.entra.answers.splice(0, Infinity, PENDING);
    const { page, dialog, context } = await openSignIn('Accueil Office 365');
    await dialog.getByRole('button', { name: 'Avec un code' }).click();
    await dialog.locator('code.code').waitFor();
    await dialog.getByRole('button', { name: 'Annuler' }).click();
    await dialog.waitFor({ state: 'detached' });
    const asked = cloud.entra.polls();
    await page.waitForTimeout(2500);

    expect(cloud.entra.polls() - asked).toBeLessThanOrEqual(1);
    await context.close();
  });

  it('goes from the code to the browser, where a person agrees', async () => {
    cloud.entra.answers.splice(0, Infinity, PENDING);
    const { page, dialog, context } = await openSignIn('Accueil Office 365');
    await dialog.getByRole('button', { name: 'Avec un code' }).click();
    await dialog.locator('code.code').waitFor();
    await dialog.getByRole('button', { name: 'Autre façon' }).click();
    cloud.entra.answers.splice(0, Infinity, { kind: 'tokens' });
    await dialog.getByRole('button', { name: 'Dans le navigateur de ce poste' }).click();
    const microsoft = await openProvider(page);
    expect(new URL(microsoft.url()).host).toBe('login.microsoftonline.com');
    await microsoft.getByRole('link', { name: 'Accept' }).click();
    await microsoft.getByText(MICROSOFT_USER).waitFor();

    await dialog.getByText(`le compte qui a répondu est ${MICROSOFT_USER}`).waitFor();
    await context.close();
  });

  it('gives the text for the administrator where only one may agree, with the link that does it', async () => {
    cloud.entra.answers.splice(0, Infinity, {
      kind: 'error',
      error: 'invalid_grant',
      number: 65001,
    });
    const { page, dialog, context } = await openSignIn('Accueil Office 365');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await dialog.getByRole('button', { name: 'Avec un code' }).click();
    const letter = dialog.getByRole('region', {
      name: "L'accord d'un administrateur est nécessaire",
    });
    await letter.waitFor();
    await letter.getByRole('button', { name: 'Copier le texte' }).click();

    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain(
      'https://login.microsoftonline.com/mairie.example/adminconsent?client_id=',
    );
    expect(copied).toContain(MICROSOFT_USER);
    expect(await seriousFindings(page)).toEqual([]);
    await context.close();
  });

  it('says that an organisation forbids codes, and offers the other way', async () => {
    cloud.entra.answers.splice(0, Infinity, {
      kind: 'error',
      error: 'access_denied',
      number: 53003,
    });
    const { dialog, context } = await openSignIn('Accueil Office 365');
    await dialog.getByRole('button', { name: 'Avec un code' }).click();

    await dialog.getByText(/AADSTS53003/).waitFor();
    await dialog.getByRole('button', { name: 'Recommencer' }).waitFor();
    await context.close();
  });
});
