// Which parts of a mail are documents, from its structure alone. A part is one when it has a name or is no text,
// whatever its disposition: senders call the same PDF attachment, inline or nothing at all.
import type { MailTake } from '#contract/model/source-config';
import { assertNever } from '../errors.ts';
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

export function offersOf(mail: MailFacts, take: MailTake): readonly PartOffer[] {
  switch (take.what) {
    case 'message':
      return [wholeMessage(mail)];
    case 'attachments':
      return attachments(mail.root, take);
    case 'both':
      return [wholeMessage(mail), ...attachments(mail.root, take)];
    case 'body':
      return body(mail);
    default:
      return assertNever(take.what);
  }
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
      if (take.forwarded === 'deliver') found.push(enclosedMessage(part));
      return;
    }
    if (!isDocument(part) || (!take.inlineImages && isInlineImage(part, isInRelated))) return;
    found.push(offer(part, givenName(part) || inventedName(part)));
  };
  walk(root, false);
  return found;
}

function body(mail: MailFacts): readonly PartOffer[] {
  const texts: MailPart[] = [];
  const walk = (part: MailPart): void => {
    for (const child of part.children) walk(child);
    const isText = part.mediaType === 'text/html' || part.mediaType === 'text/plain';
    if (part.children.length === 0 && isText && !isDocument(part)) texts.push(part);
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
  return offer(part, nameAfterSubject(base, 'eml'));
}

const isEnclosedMessage = (part: MailPart) =>
  part.mediaType === 'message/rfc822' || part.mediaType === 'message/global';

function isDocument(part: MailPart): boolean {
  if (part.mediaType.startsWith('multipart/')) return false;
  if (!part.mediaType.startsWith('text/')) return true;
  return givenName(part) !== '' || part.disposition === 'attachment';
}

/** A logo or signature shown inside the text. */
function isInlineImage(part: MailPart, isInRelated: boolean): boolean {
  if (!part.mediaType.startsWith('image/') || part.contentId === '') return false;
  return part.disposition === 'inline' || (isInRelated && part.disposition !== 'attachment');
}
