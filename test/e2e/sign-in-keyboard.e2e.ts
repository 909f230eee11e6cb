// Signing in with Microsoft and Google by keyboard alone, from the tree to the account that is signed in; where the focus is at
// each step, and what a screen reader is told.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTempDir, removeTempDir } from '../helpers/temp-dir.ts';
import { launchChromium, openTab } from './browser.ts';
import {
  type Cloud,
  GOOGLE_USER,
  MICROSOFT_USER,
  saveGoogleAccount,
  saveMicrosoftAccount,
  startCloud,
  useCloud,
} from './cloud.ts';
import { keyboardOf } from './keyboard.ts';
import { type Serve, startServe } from './serve.ts';
import { describeWindow } from './stage.ts';

const MICROSOFT = 'Connecter le compte «\u00a0Accueil Office 365\u00a0»';
const GOOGLE = 'Connecter le compte «\u00a0Factures Gmail\u00a0»';

describeWindow('signing in by keyboard alone', () => {
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

  const open = async (button: string) => {
    cloud.entra.answers.splice(0, Infinity, { kind: 'pending' });
    const tab = await openTab(browser, serve.url);
    await tab.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    // A program without launchers leads to the first one.
    await tab.page.getByRole('heading', { level: 1, name: /^Premiers pas/ }).waitFor();
    const keyboard = keyboardOf(tab.page);
    await keyboard.open('Comptes');
    await keyboard.press(button);
    const dialog = tab.page.getByRole('dialog');
    await dialog.waitFor();
    return { ...tab, keyboard, dialog };
  };
  /** The name of what has the focus; of a button with a picture alone, its label. */
  const focused = (page: Page) =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element?.ariaLabel ?? element?.textContent.trim() ?? '';
    });
  const focusComesTo = async (page: Page, name: string): Promise<void> => {
    await expect.poll(() => focused(page), { timeout: 5000 }).toBe(name);
  };

  it('copies the code, opens the page of Microsoft, finishes, and is back at the account', async () => {
    const { page, keyboard, dialog, complaints, context } = await open(MICROSOFT);
    await focusComesTo(page, 'Avec un code');
    await keyboard.press('Avec un code');
    await focusComesTo(page, 'Copier le code');
    await page.keyboard.press('Enter');
    await focusComesTo(page, 'Copié');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('ABCD-EFGH');
    const opened = context.waitForEvent('page');
    await keyboard.press('Ouvrir la page de connexion');
    await (await opened).close();
    cloud.entra.answers.splice(0, Infinity, { kind: 'tokens' });
    await dialog.getByText(`le compte qui a répondu est ${MICROSOFT_USER}`).waitFor();
    await focusComesTo(page, 'Fermer');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });

    await focusComesTo(page, MICROSOFT);
    await page.getByText('connecté', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('signs in on the page of Google itself', async () => {
    const { page, keyboard, dialog, context } = await open(GOOGLE);
    await keyboard.press('Dans le navigateur de ce poste');
    await focusComesTo(page, 'Ouvrir la page de connexion');
    const opened = context.waitForEvent('page');
    await page.keyboard.press('Enter');
    const google = await opened;
    await google.locator('input[name=login]').waitFor();
    await google.locator('input[name=login]').focus();
    // The address is there already; a person types it all the same.
    await google.keyboard.press('Control+a');
    await google.keyboard.type(GOOGLE_USER);
    await google.keyboard.press('Tab');
    await google.keyboard.type('any');
    await google.keyboard.press('Enter');
    await google.locator('input[name=login]').waitFor({ state: 'detached' });
    await google.locator('button[type=submit]').press('Enter');
    await google.getByText(/Cette page peut être fermée/).waitFor();
    await dialog.getByText(`le compte qui a répondu est ${GOOGLE_USER}`).waitFor();
    await page.bringToFront();
    await focusComesTo(page, 'Fermer');
    await page.keyboard.press('Enter');

    await focusComesTo(page, GOOGLE);
    await context.close();
  });

  it('goes to the other way and back, is left with Escape, and asks no more', async () => {
    const { page, keyboard, dialog, context } = await open(MICROSOFT);
    await keyboard.press('Avec un code');
    await focusComesTo(page, 'Copier le code');
    await keyboard.press('Autre façon');
    await focusComesTo(page, 'Avec un code');
    await page.keyboard.press('Enter');
    await focusComesTo(page, 'Copier le code');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await focusComesTo(page, MICROSOFT);
    await context.close();
  });

  it('says what the provider refused and lands on the way on', async () => {
    const { page, keyboard, dialog, context } = await open(MICROSOFT);
    cloud.entra.answers.splice(0, Infinity, {
      kind: 'error',
      error: 'access_denied',
      number: 53003,
    });
    await keyboard.press('Avec un code');
    await dialog
      .getByText(/AADSTS53003/)
      .first()
      .waitFor();

    await focusComesTo(page, 'Recommencer');
    expect(
      await dialog.locator('.result [role=status], .waiting [role=status]').innerText(),
    ).toContain('AADSTS53003');
    await context.close();
  });

  it('reads out that it waits, never the time that is left', async () => {
    const { page, keyboard, dialog, context } = await open(MICROSOFT);
    await keyboard.press('Avec un code');
    await dialog.getByText(/encore \d+:\d\d/).waitFor();
    const said = await page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const heard: string[] = [];
          const timer = document.querySelector('[role=timer]');
          const isLive = (node: Node): boolean => {
            const element = node instanceof Element ? node : node.parentElement;
            const nearest = element?.closest(
              '[aria-live], [role=status], [role=alert], [role=log]',
            );
            return nearest !== null && nearest?.getAttribute('aria-live') !== 'off';
          };
          let ticks = 0;
          const watch = new MutationObserver((changes) => {
            for (const { target } of changes) {
              if (isLive(target)) heard.push(target.textContent ?? '');
              if (timer?.contains(target) === true) ticks += 1;
            }
            if (ticks < 2) return;
            watch.disconnect();
            resolve(heard);
          });
          const what = { subtree: true, childList: true, characterData: true };
          watch.observe(document.body, what);
        }),
    );

    expect(said).toEqual([]);
    expect(
      await dialog.locator('.result [role=status], .waiting [role=status]').innerText(),
    ).toContain('attente');
    await context.close();
  });
});
