import { describe, expect, it } from 'vitest';
import { createTraffic } from '#core/graph/graph-traffic';
import { makeMail, nestedMail } from '../../../helpers/make-mail.ts';
import { makePdf } from '../../../helpers/make-pdf.ts';
import type { NewAttachment } from '../../../servers/graph/mailboxes.ts';
import {
  ADDRESS,
  codeOf,
  fetchItems,
  graphServer,
  listItems,
  o365Source,
  type HarnessOptions,
} from './o365-harness.ts';

const pdf = makePdf(3000, 1);

async function fetched(attachments: readonly NewAttachment[], options: HarnessOptions = {}) {
  const graph = await graphServer();
  const mime = makeMail({ subject: 'S', attachments: [{ name: 'facture.pdf', content: pdf }] });
  graph.mailbox(ADDRESS).add({ subject: 'S', attachments, mime });
  const source = o365Source(graph, options);
  const items = await listItems(source);
  return { graph, items, ...(await fetchItems(source, items)) };
}

describe('attachments', () => {
  it('come byte for byte', async () => {
    const { contents } = await fetched([{ name: 'facture.pdf', content: pdf }]);

    expect(contents.get('S/facture.pdf')?.equals(pdf)).toBe(true);
  });

  it('leave out pictures shown in the text, and nothing else that is called inline', async () => {
    const { items } = await fetched([
      { name: 'logo.png', contentType: 'image/png', isInline: true, contentId: 'logo' },
      { name: 'scan.pdf', contentType: 'application/pdf', isInline: true },
      { name: 'photo.png', contentType: 'image/png', isInline: false },
    ]);

    expect(items[0]?.parts.map(({ name }) => name).sort()).toEqual(['photo.png', 'scan.pdf']);
  });

  it('take pictures of the text too when told so', async () => {
    const logo = { name: 'logo.png', contentType: 'image/png', isInline: true };

    const { items } = await fetched([logo], { take: { inlineImages: true } });

    expect(items[0]?.parts.map(({ name }) => name)).toEqual(['logo.png']);
  });

  it('deliver an attached message as .eml, an event as .ics, a contact as .vcf', async () => {
    const item = (name: string, itemType: 'message' | 'event' | 'contact'): NewAttachment => ({
      ...{ kind: 'item', name, contentType: null, itemType },
      content: Buffer.from(`content of ${name}`),
    });

    const { contents } = await fetched([
      item('Relance', 'message'),
      item('Réunion', 'event'),
      item('Dupont', 'contact'),
    ]);

    expect([...contents.keys()]).toEqual(['S/Relance.eml', 'S/Réunion.ics', 'S/Dupont.vcf']);
    expect(contents.get('S/Relance.eml')?.toString()).toBe('content of Relance');
  });

  it('pass over attached messages when told so', async () => {
    const relance: NewAttachment = { kind: 'item', name: 'Relance', itemType: 'message' };

    const { items } = await fetched([relance], { take: { forwarded: 'ignore' } });

    expect(items[0]?.parts).toEqual([]);
  });

  it('report a file in the cloud beside those that come', async () => {
    const { contents, omitted, done } = await fetched([
      { name: 'facture.pdf', content: pdf },
      { kind: 'reference', name: 'Contrat.pdf', contentType: null },
    ]);

    expect([...contents.keys()]).toEqual(['S/facture.pdf']);
    expect(omitted).toEqual([{ code: 'graph.inTheCloud', params: { name: 'Contrat.pdf' } }]);
    expect(done).toEqual(['S']);
  });

  it('put aside a message that has nothing but a file in the cloud', async () => {
    const { failures, done } = await fetched([{ kind: 'reference', name: 'Contrat.pdf' }]);

    expect(codeOf(failures.get('S'))).toBe('refused graph.inTheCloud');
    expect(done).toEqual([]);
  });

  it('invent a name after the type for one that has none', async () => {
    const { items } = await fetched([{ name: null, contentType: 'application/pdf' }]);

    expect(items[0]?.parts.map(({ name }) => name)).toEqual(['document-1.pdf']);
  });
});

describe('whole messages', () => {
  it('come as they are', async () => {
    const { contents } = await fetched([], { take: { what: 'message' } });

    expect(contents.get('S/S.eml')?.toString()).toContain('Subject: S');
  });

  it('come beside their attachments', async () => {
    const attachments = [{ name: 'facture.pdf', content: pdf }];

    const { contents } = await fetched(attachments, { take: { what: 'both' } });

    expect([...contents.keys()]).toEqual(['S/S.eml', 'S/facture.pdf']);
  });

  it('are read where their text is wanted', async () => {
    const { items, contents } = await fetched([], { take: { what: 'body', bodyAs: 'text' } });

    expect(items[0]?.unread).toBe(true);
    expect([...contents.values()][0]?.toString()).toContain('Bonjour');
  });

  it('are read where an attached message is to be opened, by the rules of all mail', async () => {
    const graph = await graphServer();
    const inner = makeMail({
      subject: 'dedans',
      attachments: [{ name: 'dedans.pdf', content: pdf }],
    });
    const mime = makeMail({ subject: 'S', attachments: [nestedMail(inner)] });
    const item: NewAttachment = { kind: 'item', name: 'dedans', itemType: 'message' };
    graph.mailbox(ADDRESS).add({ subject: 'S', attachments: [item], mime });
    const source = o365Source(graph, { take: { forwarded: 'open' } });

    const { contents } = await fetchItems(source, await listItems(source));

    expect(contents.get('S/dedans.pdf')?.equals(pdf)).toBe(true);
  });

  it.each([
    ['winmail.dat', 'application/ms-tnef', {}],
    ['smime.p7m', 'multipart/signed', {}],
    ['lot.zip', 'application/zip', { zip: 'open' }],
    // Exchange shows nothing else of a mail signed in the open: delivered as they are, its files stand in the mail alone.
    ['smime.p7m', 'multipart/signed', { signed: 'deliver' }],
  ] as const)('are read where %s is a container to open', async (name, contentType, take) => {
    const { items } = await fetched([{ name, contentType }], { take });

    expect(items[0]?.unread).toBe(true);
  });
});

describe('many messages', () => {
  it('are fetched four at a time, and never more, by whatever launchers share the mailbox', async () => {
    const graph = await graphServer();
    for (let index = 0; index < 40; index += 1) {
      graph
        .mailbox(ADDRESS)
        .add({ subject: `n${index}`, attachments: [{ content: makePdf(70_000, index) }] });
    }
    graph.pace = () => new Promise((resolve) => setTimeout(resolve, 4));
    const traffic = createTraffic();
    const sources = [o365Source(graph, { traffic }), o365Source(graph, { traffic })];

    const all = await Promise.all(
      sources.map(async (source) => await fetchItems(source, await listItems(source))),
    );

    expect(all.map(({ done }) => done.length)).toEqual([40, 40]);
    expect(graph.mostAtOnce()).toBe(4);
  });

  it('go on behind one that is gone', async () => {
    const graph = await graphServer();
    const box = graph.mailbox(ADDRESS);
    const gone = box.add({ subject: 'gone', attachments: [{}] });
    box.add({ subject: 'there', attachments: [{}] });
    const source = o365Source(graph);
    const items = await listItems(source);
    box.remove(gone);

    const { done, failures, error } = await fetchItems(source, items);

    expect(done).toEqual(['there']);
    expect(codeOf(failures.get('gone'))).toBe('gone graph.gone');
    expect(error).toBeUndefined();
  });
});
