import { expect, it } from 'vitest';
import { startDovecot } from '../servers/dovecot.ts';
import { describeWith } from '../servers/required.ts';
import { useServer } from '../servers/use-server.ts';
import { imapClient } from './imap-client.ts';
import { makeMail, nestedMail, type MailOptions } from './make-mail.ts';
import type { NameForm } from './mail-names.ts';
import { makePdf } from './make-pdf.ts';
import { makePng } from './make-samples.ts';

it('makes the same bytes twice, and ends every line with CRLF', () => {
  const options = { html: '<p>é</p>', attachments: [{ name: 'été.pdf', content: makePdf() }] };
  const mail = makeMail(options);
  expect(makeMail(options).equals(mail)).toBe(true);
  expect(mail.toString('latin1')).not.toMatch(/(?<!\r)\n|\r(?!\n)/);
});

describeWith(['dovecot'], 'a made mail, read by Dovecot and imapflow,', () => {
  const dovecot = useServer(() => startDovecot());

  it('has its subject, sender, date and text', async () => {
    const text = `Été à ${'longue '.repeat(30)}\nfin = fin \n`;
    const { envelope, download } = await readBack({ subject: 'Été n° 1', text });
    expect(envelope).toMatchObject({
      ...{ subject: 'Été n° 1', date: new Date('2026-01-05T08:00:00Z') },
      from: [{ name: 'Jean Dupont', address: 'jean@example.org' }],
    });
    expect((await download('1')).toString()).toBe(text.replaceAll('\n', '\r\n'));
  });

  it('keeps alternative, related and mixed in their order', async () => {
    const { structure, download } = await readBack({
      ...{ text: 'a', html: '<img src="cid:logo">' },
      inlineImages: [
        { name: 'logo.png', type: 'image/png', contentId: 'logo', content: makePng() },
      ],
      attachments: [{ name: 'a.pdf', type: 'application/pdf', content: makePdf() }],
    });
    expect(outline(structure)).toBe(
      'multipart/mixed(multipart/related(multipart/alternative(text/plain,text/html),image/png),application/pdf)',
    );
    expect((await download('2')).equals(makePdf())).toBe(true);
  });

  it.each<NameForm>(['rfc2231', 'rfc2231-parts', 'encoded-word', 'encoded-word-q-latin1'])(
    'names an attachment in the form %s',
    async (nameForm) => {
      const name = 'Relevé d’été 2026 (copie).pdf'.replace('’', "'");
      const { structure } = await readBack({ attachments: [{ name, nameForm, content: 'x' }] });
      expect(structure.childNodes?.[1]?.dispositionParameters?.['filename']).toBe(name);
    },
  );

  it('leaves 8-bit and binary content as it is', async () => {
    const content = Buffer.from('caf\xe9\r\n\x01', 'latin1');
    const { download, structure } = await readBack({
      attachments: [{ name: 'a.bin', encoding: 'binary', disposition: 'none', content }],
    });
    expect(structure.childNodes?.[1]).toMatchObject({ encoding: 'binary' });
    expect(structure.childNodes?.[1]?.disposition).toBeUndefined();
    expect((await download('2')).equals(content)).toBe(true);
  });

  it('nests a mail in a mail', async () => {
    const inner = makeMail({ attachments: [{ name: 'inner.pdf', content: makePdf() }] });
    const { structure, download } = await readBack({ attachments: [nestedMail(inner, 'm.eml')] });
    expect(structure.childNodes?.[1]).toMatchObject({ type: 'message/rfc822' });
    expect((await download('2.2')).equals(makePdf())).toBe(true);
  });

  async function readBack(options: MailOptions) {
    const user = dovecot().freshUser();
    await dovecot().deliver(user, makeMail(options));
    const { imap } = dovecot().ports;
    const client = await imapClient({ port: imap, user, secure: false, doSTARTTLS: false });
    await client.mailboxOpen('INBOX');
    const message = await client.fetchOne('1', { envelope: true, bodyStructure: true });
    if (message === false) throw new Error('the message is not there');
    const download = async (part: string) => {
      const { content } = await client.download('1', part, { decodeText: false });
      return Buffer.concat((await content!.toArray()) as Buffer[]);
    };
    return { envelope: message.envelope, structure: message.bodyStructure!, download };
  }
});

type Node = { readonly type?: string | undefined; readonly childNodes?: Node[] | undefined };

const outline = (node: Node): string =>
  `${node.type}${node.childNodes ? `(${node.childNodes.map(outline).join(',')})` : ''}`;
