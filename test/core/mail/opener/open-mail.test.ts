// A mail read whole: what is offered of it under each rule, and that nothing is left behind.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MailTake } from '#contract/model/mail-take';
import type { FetchOrder, Intake } from '#core/sources/source';
import { createContainerReader, type ContainerReader } from '#core/mail/opener/container-reader';
import { openMail } from '#core/mail/opener/open-mail';
import { makeMail, nestedMail } from '../../../helpers/make-mail.ts';
import { makeZip } from '../../../envelopes/make-zip.ts';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { tempDir } from '../../../helpers/temp-dir.ts';
import { makeTnef } from '../containers/make-tnef.ts';

const signal = new AbortController().signal;
const order = { item: { location: 'x' } } as unknown as FetchOrder;

type Options = { readonly memoryBytes?: number; readonly containers?: ContainerReader };

/** Part → name and bytes of everything that is found. */
async function opened(raw: Buffer, take: Partial<MailTake> = {}, options: Options = {}) {
  const spoolDir = join(await tempDir(), 'spool');
  const opening = openMail({
    ...{ take: MailTake.parse(take), spoolDir, sizeBytes: raw.length, signal },
    containers: options.containers ?? createContainerReader(),
    ...(options.memoryBytes === undefined ? {} : { memoryBytes: options.memoryBytes }),
  });
  for (let at = 0; at < raw.length; at += 10_000) {
    // A copy that is overwritten: chunks are only borrowed.
    const chunk = Buffer.from(raw.subarray(at, at + 10_000));
    await opening.write(chunk);
    chunk.fill(0);
  }
  const mail = await opening.end();
  const files = new Map<string, { readonly name: string; readonly bytes: Buffer }>();
  const intake = {
    part: (_order: unknown, offer: { readonly part: string; readonly name: string }) => {
      const chunks: Buffer[] = [];
      return {
        write: (chunk: Buffer) => void chunks.push(chunk),
        end: () => void files.set(offer.part, { name: offer.name, bytes: Buffer.concat(chunks) }),
      };
    },
  } as unknown as Intake;
  await mail.handOver(order, mail.found.parts, intake);
  await mail.close();
  if (existsSync(spoolDir)) expect(readdirSync(spoolDir)).toEqual([]);
  return { found: mail.found, files, names: [...files.values()].map(({ name }) => name) };
}

const spooled = { memoryBytes: 1000 };
const PDF = seededBytes(20_000, 1);
const attachment = { name: 'a.pdf', content: PDF };

describe('the text of a mail', () => {
  const html =
    '<html><head><script>alert(1)</script><style>@import url(http://x/y.css); p{background:url(http://x/b.png)}</style></head>' +
    '<body onload="x()"><p style="background:u\\72l(http://x/z)">Été</p><img src="cid:logo@x"><img src="http://x/track.gif">' +
    '<iframe src="http://x"></iframe><a href="javascript:x()">a</a><a href="https://x/y">b</a><form action="http://x"></form></body></html>';
  const mail = makeMail({
    ...{ subject: 'Été', html, text: 'Été' },
    inlineImages: [
      { name: 'l.png', type: 'image/png', content: Buffer.from('logo'), contentId: 'logo@x' },
    ],
    attachments: [attachment],
  });

  it('is one page that loads nothing and shows its own pictures', async () => {
    const { files } = await opened(mail, { what: 'body' });
    const page = files.get('body')?.bytes.toString() ?? '';
    expect(files.get('body')?.name).toBe('Été.html');
    expect(page).toContain('Été');
    expect(page).toContain(`src="data:image/png;base64,${Buffer.from('logo').toString('base64')}"`);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(
      /<script|<iframe|<form|onload|javascript:|track\.gif|x\/y\.css|b\.png|x\/z/,
    );
    expect(page).toContain('href="https://x/y"');
  });

  it('is plain text where that is asked for', async () => {
    const { files } = await opened(mail, { what: 'body', bodyAs: 'text' });
    expect(files.get('body')).toMatchObject({ name: 'Été.txt' });
    expect(files.get('body')?.bytes.toString().trim()).toBe('Été');
  });

  it('is made plain from HTML alone', async () => {
    const only = makeMail({ html: '<p>Un</p><ul><li>deux</li></ul><style>p{}</style>' });
    const { files } = await opened(only, { what: 'body', bodyAs: 'text' });
    expect(files.get('body')?.bytes.toString()).toBe('Un\n\n- deux\n');
  });

  it('comes beside the attachments where both are asked for', async () => {
    expect((await opened(mail, { what: 'bodyAndAttachments' })).names).toEqual([
      'Été.html',
      'a.pdf',
    ]);
  });
});

describe('an attachment', () => {
  it.each([
    ['memory', {}],
    ['files of the spool', spooled],
  ])('comes byte for byte through %s', async (_name, options) => {
    const { files, found } = await opened(makeMail({ attachments: [attachment] }), {}, options);
    expect(files.get('2')?.bytes.equals(PDF)).toBe(true);
    expect(found.parts).toMatchObject([{ part: '2', name: 'a.pdf', sizeBytes: PDF.length }]);
  });

  it('without name and type is named after its content', async () => {
    const content = Buffer.from('%PDF-1.7 x');
    const { names } = await opened(makeMail({ attachments: [{ content }] }));
    expect(names).toEqual(['document-2.pdf']);
  });

  it('in Latin-1 text stays as it is', async () => {
    const content = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', 'latin1');
    const text = {
      name: 'p.xml',
      type: 'text/xml',
      content,
      encoding: '8bit',
      disposition: 'inline',
    } as const;
    const { files } = await opened(makeMail({ attachments: [text] }));
    expect(files.get('2')?.bytes.equals(content)).toBe(true);
  });
});

describe('a container', () => {
  const inner = makeMail({ subject: 'Dedans', attachments: [attachment] });

  it.each([
    ['deliver', ['Dedans.eml']],
    ['open', ['a.pdf']],
    ['ignore', []],
  ] as const)('that is an enclosed mail: %s', async (forwarded, names) => {
    const mail = makeMail({ attachments: [nestedMail(inner)] });
    expect((await opened(mail, { forwarded })).names).toEqual(names);
  });

  it.each([
    ['open', ['x.pdf']],
    ['deliver', ['winmail.dat']],
  ] as const)('that is a winmail.dat: %s', async (winmail, names) => {
    const tnef = makeTnef([{ title: 'x.pdf', data: PDF }]);
    const type = 'application/ms-tnef';
    const mail = makeMail({ attachments: [{ name: 'winmail.dat', type, content: tnef }] });
    expect((await opened(mail, { winmail })).names).toEqual(names);
  });

  it('that is damaged is delivered as it is, and told', async () => {
    const type = 'application/ms-tnef';
    const mail = makeMail({ attachments: [{ name: 'winmail.dat', type, content: 'no tnef' }] });
    const { names, found } = await opened(mail);
    expect(names).toEqual(['winmail.dat']);
    expect(found.facts['warnings']).toContain('mail.unopened');
  });

  it.each([
    ['open', ['un.txt', 'deux.txt']],
    ['deliver', ['z.zip']],
  ] as const)('that is a zip: %s', async (zip, names) => {
    const content = makeZip([
      { name: 'dossier/un.txt', bytes: '1' },
      { name: 'deux.txt', bytes: '2' },
    ]);
    const mail = makeMail({ attachments: [{ name: 'z.zip', content }] });
    expect((await opened(mail, { zip })).names).toEqual(names);
  });

  it('is opened beside others of its kind', async () => {
    const attachments = ['un', 'deux'].map((name) => ({
      name: `${name}.zip`,
      content: makeZip([{ name: `${name}.txt`, bytes: name }]),
    }));
    const { files } = await opened(makeMail({ attachments }), { zip: 'open' });
    const found = [...files.values()].map(({ name, bytes }) => [name, bytes.toString()]);
    expect(found).toEqual([
      ['un.txt', 'un'],
      ['deux.txt', 'deux'],
    ]);
  });

  it('that takes too long is delivered as it is', async () => {
    const containers = createContainerReader({ limitMs: 1 });
    const content = makeZip([{ name: 'a.txt', bytes: '1' }]);
    const mail = makeMail({ attachments: [{ name: 'z.zip', content }] });
    expect((await opened(mail, { zip: 'open' }, { containers })).names).toEqual(['z.zip']);
  });
});
