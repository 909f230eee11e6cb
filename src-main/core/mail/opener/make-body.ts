// The text of a mail as a document: as it was sent, as plain text, or as one HTML page that shows and prints by itself, with the
// mail's own pictures inside and nothing from the network.
import type { MailTake } from '#contract/model/mail-take';
import type { PartOffer } from '../../sources/source.ts';
import { decodeBytes } from '../header-text.ts';
import type { MailHeader } from '../mail-part.ts';
import type { MimeLeaf } from '../mime/mime-types.ts';
import { nameAfterSubject } from '../part-names.ts';
import { readUpTo } from '../containers/byte-source.ts';
import type { MailSpool, Piece } from './mail-spool.ts';
import type { Entry } from './mail-reading.ts';
import { pageOfHtml, pageOfText, type PageHead } from './page.ts';
import { textOfHtml } from './text-of-html.ts';

export type BodyText = {
  readonly leaf: MimeLeaf;
  readonly offer: PartOffer;
  readonly piece: Piece;
};
export type Picture = {
  readonly contentId: string;
  readonly mediaType: string;
  readonly piece: Piece;
};

export type BodyOptions = {
  readonly header: MailHeader;
  readonly take: MailTake;
  readonly texts: readonly BodyText[];
  readonly pictures: readonly Picture[];
  readonly spool: MailSpool;
};

/** Texts longer than this are nobody's letter; the rest is left out of page and text, and told there. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024;
export const BODY = 'body';

/** Null: the mail has no text. */
export async function makeBody(options: BodyOptions): Promise<Entry | null> {
  const { texts, take, header, spool } = options;
  const html = texts.find(({ leaf }) => leaf.part.mediaType === 'text/html');
  const plain = texts.find(({ leaf }) => leaf.part.mediaType !== 'text/html');
  const chosen = take.bodyAs === 'text' ? (plain ?? html) : (html ?? plain);
  if (!chosen) return null;
  const { offer, piece } = chosen;
  if (take.bodyAs === 'asSent') {
    const { encoding: _, ...own } = offer;
    return { offer: { ...own, sizeBytes: piece.sizeBytes }, piece };
  }
  const text = await textOf(chosen);
  const isHtml = chosen === html;
  if (take.bodyAs === 'text') {
    const content = isHtml ? textOfHtml(text) : text;
    return await entryOf(content, { extension: 'txt', mediaType: 'text/plain', header, spool });
  }
  const head: PageHead = header;
  const pictures = await dataAddresses(options.pictures);
  const content = isHtml ? pageOfHtml(text, head, pictures) : pageOfText(text, head);
  return await entryOf(content, { extension: 'html', mediaType: 'text/html', header, spool });
}

async function textOf({ leaf, piece }: BodyText): Promise<string> {
  const bytes = await readUpTo(await piece.source(), MAX_TEXT_BYTES);
  const cut = piece.sizeBytes > MAX_TEXT_BYTES ? '\n[…]' : '';
  return (
    decodeBytes(bytes, leaf.charset || declaredInside(leaf, bytes)).replace(/^\uFEFF/, '') + cut
  );
}

function declaredInside(leaf: MimeLeaf, bytes: Buffer): string {
  if (leaf.part.mediaType !== 'text/html') return '';
  return (
    /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(bytes.toString('latin1', 0, 2048))?.[1] ?? ''
  );
}

async function dataAddresses(pictures: readonly Picture[]): Promise<ReadonlyMap<string, string>> {
  const addresses = new Map<string, string>();
  for (const { contentId, mediaType, piece } of pictures) {
    const bytes = await readUpTo(await piece.source(), piece.sizeBytes);
    addresses.set(contentId.toLowerCase(), `data:${mediaType};base64,${bytes.toString('base64')}`);
  }
  return addresses;
}

type Made = {
  readonly extension: string;
  readonly mediaType: string;
  readonly header: MailHeader;
  readonly spool: MailSpool;
};

async function entryOf(content: string, made: Made): Promise<Entry> {
  const bytes = Buffer.from(content);
  const spooling = made.spool.begin();
  await spooling.write(bytes);
  spooling.end();
  const offer = {
    part: BODY,
    name: nameAfterSubject(made.header.subject, made.extension),
    mediaType: made.mediaType,
    sizeBytes: bytes.length,
  };
  return { offer, piece: await spooling.piece };
}
