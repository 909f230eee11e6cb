// Signing in with a real OpenID provider by code, through the window; a password that a real server refuses, and
// the look at its certificate.
import { expect, it, onTestFinished } from 'vitest';
import { LauncherId } from '#contract/ids';
import { startOpenidProvider } from '../servers/openid-provider.ts';
import { openTab, visit } from './browser.ts';
import { PROVIDER_USER, saveProviderAccount } from './provider-account.ts';
import { describeWindow, useStage } from './stage.ts';

describeWindow('signing in', () => {
  const stage = useStage();

  it('shows the code in large type, counts down, and says which account answered', async () => {
    const { browser, serve } = stage();
    const provider = await startOpenidProvider();
    onTestFinished(provider.stop);
    await saveProviderAccount(serve, provider);
    const { page, complaints, context } = await openTab(browser, serve.url);
    await visit(page, '/accounts');
    await page.getByRole('button', { name: /^Connecter le compte/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Avec un code' }).click();
    const code = await dialog.locator('code.code').innerText();
    const link = await dialog.getByRole('link', { name: 'Ouvrir la page' }).getAttribute('href');
    await dialog.getByText(/encore \d+:\d\d/).waitFor();

    await provider.person().signIn(link ?? '', PROVIDER_USER, { code });

    await dialog.getByText(`le compte qui a répondu est ${PROVIDER_USER}`).waitFor();
    await dialog.getByRole('button', { name: 'Fermer' }).last().click();
    await page.getByText('connecté', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows the chain of a server in words and takes its authority over into the form', async () => {
    const { browser, serve } = stage();
    const { page, context } = await openTab(browser, serve.url);
    await visit(page, '/launchers/factures');
    await page.locator('summary', { hasText: 'Certificat et délais' }).click();
    await page.getByLabel('Autorité privée').fill('');
    await page.getByRole('button', { name: 'Examiner le certificat' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('ol.chain li').first().waitFor();
    await dialog.getByRole('button', { name: "N'accepter que ce certificat" }).click();

    expect(await page.getByLabel('Empreinte SHA-256').inputValue()).toMatch(/^([0-9A-F]{2}:){31}/);
    await context.close();
  });

  it('says of a password that is refused where it stands, and that all goes on with the right one', async () => {
    const { browser, serve } = stage();
    const { source } = await serve.call('launchers.get', { id: LauncherId.parse('factures') });
    const accounts = await serve.call('accounts.list', {});
    const account = accounts.find(({ id }) => 'accountId' in source && id === source.accountId);
    if (account === undefined) throw new Error('no account');
    const { id, name, user, method } = account;
    const { page, complaints, context } = await openTab(browser, serve.url);
    await visit(page, '/launchers/factures');
    await page.getByRole('button', { name: 'Mettre en pause', exact: true }).waitFor();
    await serve.call('accounts.save', { id, name, user, method, secret: 'no longer right' });

    await page.getByRole('button', { name: 'Lancer maintenant' }).click();

    await page.getByText('en pause\u00a0: aucun passage prévu').waitFor();
    await page.getByRole('button', { name: 'Reprendre', exact: true }).waitFor();
    await page.getByText("Le nom d'utilisateur ou le mot de passe est refusé").waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Ouvrir les comptes' }).click();
    await page.getByRole('row', { name }).getByText('refusé par le serveur').waitFor();
    await serve.call('accounts.save', { id, name, user, method, secret: 'secret' });
    await page.getByRole('row', { name }).getByText('enregistré', { exact: true }).waitFor();
    await visit(page, '/launchers/factures');
    await page.getByRole('button', { name: 'Mettre en pause', exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
