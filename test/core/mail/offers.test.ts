// Which parts of a mail are documents, and what they are called.
import { describe, expect, it } from 'vitest';
import { MailTake } from '#contract/model/mail-take';
import type { MailHeader, MailPart } from '#core/mail/mail-part';
import { mailItem } from '#core/mail/message-item';
import { offersOf } from '#core/mail/offers';
import { extensionOf } from '#core/mail/part-names';

const header: MailHeader = {
  ...{ subject: 'Facture n° 7', from: 'Jean <jean@example.org>', to: '', messageId: '<1@x>' },
  date: 'Mon, 5 Jan 2026 08:00:00 +0000',
};

type Shape = Partial<Omit<MailPart, 'parameters' | 'dispositionParameters'>> & {
  readonly name?: string;
  readonly filename?: string;
};

function part(mediaType: string, { name, filename, ...shape }: Shape = {}): MailPart {
  return {
    ...{
      part: '1',
      mediaType,
      disposition: '',
      contentId: '',
      encoding: 'base64',
      encodedBytes: 78,
    },
    ...{ children: [], subject: '' },
    parameters: new Map(name === undefined ? [] : [['name', name]]),
    dispositionParameters: new Map(filename === undefined ? [] : [['filename', filename]]),
    ...shape,
  };
}

const multipart = (kind: string, ...children: MailPart[]) =>
  part(`multipart/${kind}`, {
    part: '',
    children: children.map((child, i) => ({ ...child, part: String(i + 1) })),
  });

const names = (root: MailPart, take: Partial<MailTake> = {}) =>
  offersOf({ header, sizeBytes: 1000, root }, MailTake.parse(take)).map((offer) => offer.name);

const text = part('text/plain');
const html = part('text/html');
const logo = part('image/png', { contentId: 'logo', disposition: 'inline', filename: 'logo.png' });

describe('attachments', () => {
  it.each<[string, MailPart, string[]]>([
    [
      'declared as attachment',
      part('application/pdf', { disposition: 'attachment', filename: 'a.pdf' }),
      ['a.pdf'],
    ],
    [
      'declared inline',
      part('application/pdf', { disposition: 'inline', filename: 'a.pdf' }),
      ['a.pdf'],
    ],
    ['without disposition', part('application/pdf', { name: 'a.pdf' }), ['a.pdf']],
    ['named text', part('text/xml', { disposition: 'inline', filename: 'pes.xml' }), ['pes.xml']],
    ['named by its type only', part('text/csv', { name: 'a.csv' }), ['a.csv']],
    [
      'text declared as attachment',
      part('text/plain', { disposition: 'attachment' }),
      ['document-2.txt'],
    ],
    ['without a name', part('application/pdf'), ['document-2.pdf']],
    ['a name of blanks', part('application/pdf', { filename: ' \t' }), ['document-2.pdf']],
    [
      'a photo shown inline, without Content-ID',
      part('image/jpeg', { disposition: 'inline', filename: 'IMG.jpg' }),
      ['IMG.jpg'],
    ],
    [
      'an image with Content-ID, declared as attachment',
      part('image/png', { contentId: 'x', disposition: 'attachment', filename: 's.png' }),
      ['s.png'],
    ],
    ['an octet stream', part('application/octet-stream', { filename: 'a.pdf' }), ['a.pdf']],
    ['only the text of the mail', text, []],
  ])('%s', (_name, child, expected) => {
    expect(names(multipart('mixed', text, child))).toEqual(expected);
  });

  it('prefers the file name of the disposition to the name of the type', () => {
    const both = part('application/pdf', { filename: 'a.pdf', name: 'b.pdf' });
    expect(names(multipart('mixed', both))).toEqual(['a.pdf']);
  });

  it('takes a mail that is nothing but a document', () => {
    expect(names(part('application/pdf', { name: 'scan.pdf' }))).toEqual(['scan.pdf']);
  });

  it('leaves out images of the text, unless they are wanted', () => {
    const related = multipart('related', html, { ...logo, disposition: '' }, logo);
    expect(names(related)).toEqual([]);
    expect(names(related, { inlineImages: true })).toEqual(['logo.png', 'logo.png']);
  });

  it('offers an enclosed mail under its own subject, or not at all', () => {
    const enclosed = part('message/rfc822', { subject: 'Dedans', encoding: '8bit' });
    const root = multipart('mixed', text, enclosed);
    expect(names(root)).toEqual(['Dedans.eml']);
    expect(names(root, { forwarded: 'ignore' })).toEqual([]);
    const named = part('message/rfc822', { filename: 'Transfert.EML' });
    expect(names(multipart('mixed', named))).toEqual(['Transfert.eml']);
  });
});

describe('other ways to take a mail', () => {
  const root = multipart(
    'mixed',
    multipart('alternative', text, html),
    part('application/pdf', { name: 'a.pdf' }),
  );

  it('as a whole', () => {
    expect(names(root, { what: 'message' })).toEqual(['Facture n° 7.eml']);
  });

  it('as a whole with its attachments', () => {
    expect(names(root, { what: 'both' })).toEqual(['Facture n° 7.eml', 'a.pdf']);
  });

  it('as its text: the HTML if there is one', () => {
    expect(names(root, { what: 'body' })).toEqual(['Facture n° 7.html']);
    expect(names(text, { what: 'body' })).toEqual(['Facture n° 7.txt']);
    expect(names(part('application/pdf'), { what: 'body' })).toEqual([]);
  });
});

describe('a mail as an item', () => {
  const item = (root: MailPart | null, more: object = {}) =>
    mailItem(
      {
        ...{ key: 'k', location: 'l', header, rawIdentity: ['<1@x>', 'd', 'f', 's'] },
        ...{ sizeBytes: 1000, receivedAt: null, root, ...more },
      },
      MailTake.parse({}),
    );
  const pdf = part('application/pdf', { name: 'a.pdf' });

  it('tells the facts that are known', () => {
    expect(item(pdf).facts).toEqual({
      ...{ subject: 'Facture n° 7', from: 'Jean <jean@example.org>', messageId: '<1@x>' },
      date: 'Mon, 5 Jan 2026 08:00:00 +0000',
    });
  });

  it('has the same fingerprint wherever it lies, and another when anything differs', () => {
    const fingerprint = item(pdf).fingerprint;
    expect(item(pdf, { key: 'other', location: 'elsewhere' }).fingerprint).toBe(fingerprint);
    expect(item(pdf, { sizeBytes: 1001 }).fingerprint).not.toBe(fingerprint);
    expect(item(pdf, { rawIdentity: ['<1@x>', 'd', 'f', 't'] }).fingerprint).not.toBe(fingerprint);
    expect(item({ ...pdf, encodedBytes: 79 }).fingerprint).not.toBe(fingerprint);
  });

  it('is offered as a whole when its structure is unknown', () => {
    expect(item(null).parts.map((offer) => offer.part)).toEqual(['message']);
    expect(item(null).fingerprint).toBeNull();
  });
});

it.each([
  ['application/pdf', 'pdf'],
  ['image/tiff', 'tif'],
  ['image/webp', 'webp'],
  ['application/vnd.example+xml', 'xml'],
  ['text/x-anything', 'txt'],
  ['application/x-anything', 'bin'],
  ['image/../../x', 'bin'],
])('makes up an extension for %s', (mediaType, expected) => {
  expect(extensionOf(mediaType)).toBe(expected);
});
