import { expect, it, onTestFinished } from 'vitest';
import { imapClient } from '../helpers/imap-client.ts';
import { makePdf } from '../helpers/make-pdf.ts';
import { testCertificates } from './certificates.ts';
import { onBodyFetch, startScriptedImap, type ScriptedImapOptions } from './scripted-imap.ts';
import { DEFAULT_CAPABILITIES } from './scripted-imap.ts';
import { oneAttachmentMessage } from './scripted-message.ts';

const PDF = makePdf(3_000);
const messages = [4, 7].map((uid) =>
  oneAttachmentMessage({ uid, name: `f${uid}.pdf`, content: PDF }),
);

it('lets a client list, download, flag, move and leave', async () => {
  const server = await start({ messages });
  const client = await imapClient({ port: server.port, secure: false });
  await client.mailboxCreate('Done');
  const box = await client.mailboxOpen('INBOX');
  expect([box.exists, box.uidValidity, box.uidNext]).toEqual([2, 1n, 8]);
  const listed = await client.fetchAll('1:*', { uid: true, bodyStructure: true }, { uid: true });
  expect(listed.map((message) => message.uid)).toEqual([4, 7]);
  expect(listed[0]?.bodyStructure?.childNodes?.[1]?.dispositionParameters).toEqual({
    filename: 'f4.pdf',
  });
  const { content } = await client.download('7', '2', { uid: true });
  const bytes = (await content!.toArray()) as Buffer[];
  expect(Buffer.concat(bytes).equals(PDF)).toBe(true);
  expect(await client.messageFlagsAdd('4', ['$Done'], { uid: true })).toBe(true);
  const moved = await client.messageMove('4', 'Done', { uid: true });
  expect(moved).toMatchObject({ destination: 'Done', uidMap: new Map([[4, 4]]) });
  await client.logout();
  expect(server.uids()).toEqual([7]);
  expect(server.received).toContain('UID MOVE 4 Done');
});

it('answers one command otherwise', async () => {
  const server = await start({
    on: { LOGIN: 'NO [UNAVAILABLE] later', AUTHENTICATE: 'NO [UNAVAILABLE] later' },
  });
  await expect(imapClient({ port: server.port, secure: false })).rejects.toMatchObject({
    serverResponseCode: 'UNAVAILABLE',
  });
});

it('refuses the guest with a BYE for a greeting', async () => {
  const server = await start({ greeting: '* BYE too many connections' });
  await expect(imapClient({ port: server.port, secure: false })).rejects.toMatchObject({
    code: 'ClosedAfterConnectText',
  });
});

it('greets with garbage', async () => {
  const server = await start({
    greeting: (connection) => connection.send('HTTP/1.1 400 Bad\r\n\r\n'),
  });
  const attempt = imapClient({ port: server.port, secure: false, greetingTimeout: 300 });
  await expect(attempt).rejects.toThrow();
});

it('says BYE in the middle of a literal', async () => {
  const server = await start({
    messages,
    on: {
      'UID FETCH': onBodyFetch((scene) => {
        scene.untagged('1 FETCH (UID 4 BODY[] {5000}\r\nonly this');
        scene.untagged('BYE going down');
        scene.end();
      }),
    },
  });
  const client = await imapClient({ port: server.port, secure: false });
  await client.mailboxOpen('INBOX');
  const attempt = client.fetchOne('4', { source: true }, { uid: true });
  await expect(attempt).rejects.toMatchObject({ code: 'NoConnection' });
});

it('hides the capabilities it is told to', async () => {
  const capabilities = DEFAULT_CAPABILITIES.filter((each) => !['UIDPLUS', 'MOVE'].includes(each));
  const server = await start({ capabilities });
  const client = await imapClient({ port: server.port, secure: false });
  expect(client.capabilities.has('UIDPLUS')).toBe(false);
  expect(client.capabilities.has('IDLE')).toBe(true);
});

it('plays a server of the days of TLS 1.1', async () => {
  const { good, caPem } = await testCertificates();
  const server = await start({ tls: { ...good, maxVersion: 'TLSv1.1' } });
  const attempt = imapClient({ port: server.port, secure: true, tls: { ca: caPem } });
  await expect(attempt).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
});

async function start(options: ScriptedImapOptions) {
  const server = await startScriptedImap(options);
  onTestFinished(() => server.stop());
  return server;
}
