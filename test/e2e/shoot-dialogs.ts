// Pictures of what opens over a page, or is filled in first: dialogs, sign-ins, a tunnel.
import type { Page } from 'playwright-core';
import { visit } from './browser.ts';
import type { Cloud } from './cloud.ts';
import { shoot, shootDialog } from './shoot.ts';
import { townWords } from './town-words.ts';

const APPLICATION = '1f0c2d3e-8a4b-4c5d-9e6f-7a8b9c0d1e2f';
const GOOGLE_APPLICATION = '408126…apps.googleusercontent.com';

/** Dialogs that open over a page: certificate, folders, account, sign-in, session. */
export async function shootDialogs(page: Page, language: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  const close = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  };
  const buttonOf = (text: RegExp) => page.locator('main').getByRole('button', { name: text });
  await page.locator('summary', { hasText: /Certificat/ }).click();
  // As it looks before anybody said whom to trust.
  await page.getByLabel(/^(Autorité privée|Private authority)/).fill('');
  await buttonOf(/certificat/i).click();
  await dialog.locator('ol.chain').waitFor();
  await shootDialog(page, language, 'certificate');
  await close();
  await buttonOf(/^(Abandonner|Discard)/).click();
  await visit(page, '/jobs/j87');
  await buttonOf(/^(Parcourir|Browse)/).click();
  await dialog.getByRole('button', { name: /^(Dossier parent|Folder above)/ }).click();
  await dialog.locator('li').nth(1).waitFor();
  await shootDialog(page, language, 'folders');
  await close();
  await visit(page, '/accounts');
  await buttonOf(/(session|check).*(Courrier|Town hall mail)/i).click();
  await dialog.getByLabel(/SMTP/).uncheck();
  await dialog.getByRole('button', { name: /^(Vérifier|Check)$/ }).click();
  await dialog.locator('ol.steps').waitFor();
  await shootDialog(page, language, 'session');
  await close();
}

/** Accounts of the great providers, and the ways to sign in with them. */
export async function shootSignIns(
  page: Page,
  language: 'fr' | 'en',
  { entra }: Cloud,
): Promise<void> {
  const dialog = page.getByRole('dialog');
  const close = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  };
  const signIn = (account: string) =>
    page.getByRole('button', { name: new RegExp(`^(Connecter|Sign in) .*${account}`) }).click();
  const words = townWords[language];
  await visit(page, '/accounts');
  const gmail = words.gmailUser;
  for (const [name, method, values] of [
    [
      'account',
      'microsoft',
      [
        words.receptionShort,
        words.receptionMail,
        APPLICATION,
        words.receptionMail.split('@').at(-1) ?? '',
      ],
    ],
    ['account-gmail', 'password', [words.gmail, gmail, 'abcdefghijklmnop']],
    ['account-google', 'google', [words.gmail, gmail, GOOGLE_APPLICATION, 'GOCSPX-abcdef']],
  ] as const) {
    await page.getByRole('button', { name: /^(Nouveau compte|New account)/ }).click();
    await dialog.locator('select').first().selectOption(method);
    const fields = dialog.locator('input:visible');
    for (const [index, value] of values.entries()) await fields.nth(index).fill(value);
    await shootDialog(page, language, name);
    await close();
  }
  await signIn(words.gmail);
  await dialog.getByRole('button', { name: /navigateur|browser/ }).click();
  await dialog.getByRole('link').waitFor();
  await shootDialog(page, language, 'sign-in-google');
  await close();
  entra.answers.splice(0, Infinity, { kind: 'pending' });
  await signIn(words.o365);
  await dialog.getByRole('button', { name: /code/ }).click();
  await dialog.locator('code.code').waitFor();
  await shootDialog(page, language, 'sign-in');
  await close();
  entra.answers.splice(0, Infinity, { kind: 'error', error: 'invalid_grant', number: 65001 });
  await signIn(words.o365);
  await dialog.getByRole('button', { name: /code/ }).click();
  await dialog.getByRole('region').waitFor();
  await shootDialog(page, language, 'sign-in-consent');
  await close();
}

/** A POP3 launcher that goes through stunnel. */
export async function shootTunnel(page: Page, language: string): Promise<void> {
  await visit(page, '/launchers/new/pop');
  const field = (label: RegExp) => page.getByLabel(label).first();
  await field(/^Description/).fill(
    language === 'fr' ? 'Boîte par stunnel' : 'Mailbox through stunnel',
  );
  await field(/^(Serveur|Server)$/).fill('127.0.0.1');
  await field(/^(Port d'écoute|Port)$/).fill('1110');
  await field(/^(Chiffrement|Encryption)$/).selectOption('none');
  await page.waitForTimeout(300);
  await page.locator('main').evaluate((main) => {
    main.scrollTop = 0;
  });
  await shoot(page, language, 'launcher-pop-stunnel');
  await page.getByRole('button', { name: /^(Annuler|Cancel)$/ }).click();
}
