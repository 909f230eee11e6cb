// Mails without a subject, and mails that were never read, have no title: they are named all the same wherever a name is due.
import { expect, it, onTestFinished } from 'vitest';
import { makeMail } from '../helpers/make-mail.ts';
import { startScriptedPop3 } from '../servers/scripted-pop3.ts';
import { openTab, visit } from './browser.ts';
import { describeWindow, useStage } from './stage.ts';

describeWindow('a mail without a subject', () => {
  const stage = useStage();

  it('is named in the preview, the history and on its own page', async () => {
    const { browser, serve } = stage();
    const server = await startScriptedPop3({
      messages: [{ raw: makeMail({ subject: '' }), uidl: 'one' }],
    });
    onTestFinished(() => server.stop());
    const account = await serve.call('accounts.save', {
      ...{ name: 'Sans objet', user: 'accueil', method: 'password', secret: 'secret' },
    });
    const { id } = await serve.call('launchers.save', {
      description: 'Sans objet',
      source: {
        protocol: 'pop',
        accountId: account.id,
        server: { host: server.host, port: server.port, tls: 'none' },
      },
    });
    const { page, context, complaints } = await openTab(browser, serve.url);
    await visit(page, `/launchers/${id}/preview`);
    await page.getByRole('grid').getByText('(sans titre)').waitFor();

    await serve.call('runs.runToEnd', { id });
    await visit(page, `/history?launcher=${id}`);
    await page.getByRole('grid').getByText('(sans titre)').click();
    await page.getByRole('heading', { name: '(sans titre)' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
