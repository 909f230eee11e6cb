// Which parts of a mail are documents, from its structure alone. A part is one when it has a name or is no text,
// whatever its disposition: senders call the same PDF attachment, inline or nothing at all.
import type { MailTake } from '#contract/model/mail-take';
import type { PartOffer } from '../sources/source.ts';
import type { MailHeader, MailPart } from './mail-part.ts';
import { extensionOf, givenName, inventedName, nameAfterSubject } from './part-names.ts';
import { decodedSize } from './transfer-decoder.ts';

/** The id of the offer that is the whole mail. */
export const WHOLE_MESSAGE = 'message';

export type MailFacts = {
  readonly header: MailHeader;
  readonly sizeBytes: number;
  readonly root: MailPart;
};

export const wantsMessage = ({ what }: MailTake) => what === 'message' || what === 'both';
export const wantsBody = ({ what }: MailTake) => what === 'body' || what === 'bodyAndAttachments';
export const wantsAttachments = ({ what }: MailTake) =>
  what === 'attachments' || what === 'both' || what === 'bodyAndAttachments';

/** What its structure alone can tell: containers are offered as they are, the text as it was sent. */
export function offersOf(mail: MailFacts, take: MailTake): readonly PartOffer[] {
  return [
    ...(wantsMessage(take) ? [wholeMessage(mail)] : []),
    ...(wantsBody(take) ? body(mail, take) : []),
    ...(wantsAttachments(take) ? attachments(mail.root, take) : []),
  ];
}

export function wholeMessage(mail: Pick<MailFacts, 'header' | 'sizeBytes'>): PartOffer {
  return {
    part: WHOLE_MESSAGE,
    name: nameAfterSubject(mail.header.subject, 'eml'),
    mediaType: 'message/rfc822',
    sizeBytes: mail.sizeBytes,
    encoding: '',
  };
}

function attachments(root: MailPart, take: MailTake): readonly PartOffer[] {
  const found: PartOffer[] = [];
  const walk = (part: MailPart, isInRelated: boolean): void => {
    if (part.children.length > 0) {
      const isRelated = isInRelated || part.mediaType === 'multipart/related';
      for (const child of part.children) walk(child, isRelated);
      return;
    }
    if (isEnclosedMessage(part)) {
      if (take.forwarded !== 'ignore') found.push(enclosedMessage(part));
      return;
    }
    if (!isDocument(part, take) || (!take.inlineImages && isInlineImage(part, isInRelated))) return;
    found.push(offer(part, givenName(part) || inventedName(part)));
  };
  walk(root, false);
  return found;
}

function body(mail: MailFacts, take: MailTake): readonly PartOffer[] {
  const texts: MailPart[] = [];
  const walk = (part: MailPart): void => {
    for (const child of part.children) walk(child);
    const isText = part.mediaType === 'text/html' || part.mediaType === 'text/plain';
    if (part.children.length === 0 && isText && !isDocument(part, take)) texts.push(part);
  };
  walk(mail.root);
  const chosen = texts.find((part) => part.mediaType === 'text/html') ?? texts[0];
  if (!chosen) return [];
  const name = nameAfterSubject(mail.header.subject, extensionOf(chosen.mediaType));
  return [offer(chosen, name)];
}

function offer(part: MailPart, name: string): PartOffer {
  return {
    part: part.part,
    name,
    mediaType: part.mediaType,
    sizeBytes: decodedSize(part.encoding, part.encodedBytes),
    encoding: part.encoding,
  };
}

function enclosedMessage(part: MailPart): PartOffer {
  const given = givenName(part);
  const base = given === '' ? part.subject : given.replace(/\.eml$/i, '');
  const own = offer(part, nameAfterSubject(base, 'eml'));
  return given === '' || given === own.name ? own : { ...own, givenName: given };
}

const isEnclosedMessage = (part: MailPart) =>
  part.mediaType === 'message/rfc822' || part.mediaType === 'message/global';

function isDocument(part: MailPart, take: MailTake): boolean {
  const { mediaType } = part;
  if (mediaType.startsWith('multipart/') || NO_DOCUMENTS.has(mediaType)) return false;
  const isAttached = givenName(part) !== '' || part.disposition === 'attachment';
  if (mediaType === 'text/calendar' || mediaType === 'application/ics') {
    return take.calendar === 'all' || (take.calendar === 'attached' && isAttached);
  }
  return isAttached || !mediaType.startsWith('text/');
}

/** A piece of a mail that was sent in pieces, and a pointer to something that lies elsewhere (RFC 2046 §5.2.2, §5.2.3). */
const NO_DOCUMENTS = new Set(['message/partial', 'message/external-body']);

/** A logo or signature shown inside the text: only what lies beside the text that shows it is. */
function isInlineImage(part: MailPart, isInRelated: boolean): boolean {
  if (!part.mediaType.startsWith('image/') || part.contentId === '') return false;
  return isInRelated && part.disposition !== 'attachment';
}
