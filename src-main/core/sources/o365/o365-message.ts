// A message as Graph describes it, as an item of a launcher. Its attachments are documents by the same rules as the
// parts of a mail; where those rules want to look inside, the whole mail is read instead (`unread`).
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { MailTake } from '#contract/model/mail-take';
import { emptyPart, type MailPart } from '../../mail/mail-part.ts';
import { offersOf, wantsAttachments, wantsBody } from '../../mail/offers.ts';
import { extensionOf, nameAfterSubject } from '../../mail/part-names.ts';
import { containerKind } from '../../mail/opener/container-kind.ts';
import type { SourceItem } from '../source.ts';
import { writeLocation } from './o365-location.ts';

const Address = z.object({
  emailAddress: z.object({ name: z.string().nullish(), address: z.string().nullish() }).nullish(),
});

export const Attachment = z.object({
  '@odata.type': z.string().catch('#microsoft.graph.fileAttachment'),
  id: z.string(),
  name: z.string().nullish(),
  contentType: z.string().nullish(),
  size: z.number().nullish(),
  isInline: z.boolean().nullish(),
});
export type Attachment = z.infer<typeof Attachment>;

export const Message = z.object({
  '@odata.type': z.string().optional(),
  id: z.string(),
  parentFolderId: z.string(),
  subject: z.string().nullish(),
  from: Address.nullish(),
  toRecipients: z.array(Address).nullish(),
  ccRecipients: z.array(Address).nullish(),
  receivedDateTime: z.string().nullish(),
  sentDateTime: z.string().nullish(),
  internetMessageId: z.string().nullish(),
  attachments: z.array(Attachment).nullish(),
  'attachments@odata.nextLink': z.string().optional(),
  singleValueExtendedProperties: z
    .array(z.object({ id: z.string(), value: z.string().nullish() }))
    .nullish(),
});
export type Message = z.infer<typeof Message>;

/** PidTagMessageSize (MS-OXCMSG §2.2.1.7); Graph's message has no size of its own. */
const SIZE = 'Integer 0x0E08';

const FIELDS = [
  'id',
  'parentFolderId',
  'subject',
  'from',
  'toRecipients',
  'ccRecipients',
  'receivedDateTime',
  'sentDateTime',
  'internetMessageId',
].join(',');

/** Everything that is wanted of a message, attachments without their content. */
export const DESCRIBED =
  `$select=${FIELDS}&$expand=attachments($select=id,name,contentType,size,isInline)` +
  `,singleValueExtendedProperties($filter=id eq '${SIZE}')`;

/** What a reference to a file in the cloud is called in `PartOffer.encoding`: it has no content to fetch. */
export const IN_THE_CLOUD = 'cloud';

/** What an Outlook item attached to a message is; by the attachment's id, where it is not known to be a message. */
export type ItemKinds = ReadonlyMap<string, 'message' | 'event' | 'contact'>;

export function itemOf(message: Message, kinds: ItemKinds, take: MailTake): SourceItem {
  const attachments = message.attachments ?? [];
  const root = partsOf(attachments, kinds);
  const sizeBytes = sizeOf(message);
  const facts = factsOf(message);
  const { subject = '' } = facts;
  const header = { subject, from: '', to: '', messageId: '', date: '' };
  const isUnread = mustBeRead(message, root, take);
  return {
    key: message.id,
    // A mail never changes behind its key.
    version: '',
    fingerprint: fingerprint(message),
    location: writeLocation({ id: message.id, folderId: message.parentFolderId }),
    title: subject,
    sizeBytes,
    receivedAt: message.receivedDateTime ?? null,
    parts: isUnread ? [] : offersOf({ header, sizeBytes, root }, take),
    ...(isUnread ? { unread: true as const } : {}),
    readiness: { ready: true },
    facts,
  };
}

export const isItem = (attachment: Attachment) =>
  attachment['@odata.type'] === '#microsoft.graph.itemAttachment';

const isReference = (attachment: Attachment) =>
  attachment['@odata.type'] === '#microsoft.graph.referenceAttachment';

/** As the structure of a mail: what is shown inside the text lies beside it. */
function partsOf(attachments: readonly Attachment[], kinds: ItemKinds): MailPart {
  const parts = attachments.map((one, index) => ({ one, part: partOf(one, index, kinds) }));
  const shown = parts.filter(({ one }) => one.isInline === true).map(({ part }) => part);
  const others = parts.filter(({ one }) => one.isInline !== true).map(({ part }) => part);
  return multipart('multipart/mixed', [multipart('multipart/related', shown), ...others]);
}

function partOf(attachment: Attachment, index: number, kinds: ItemKinds): MailPart {
  const { id, size, isInline } = attachment;
  const mediaType = mediaTypeOf(attachment, kinds);
  const given = (attachment.name ?? '').trim();
  const isNamedByContent = isItem(attachment) && mediaType !== 'message/rfc822';
  const extension = extensionOf(mediaType);
  const name =
    given === '' && mediaType !== 'message/rfc822'
      ? `document-${index + 1}.${extension}`
      : isNamedByContent
        ? nameAfterSubject(given, extension)
        : given;
  return {
    ...multipart(mediaType, []),
    part: id,
    disposition: isInline === true ? 'inline' : 'attachment',
    dispositionParameters: new Map([['filename', name]]),
    // Graph's list does not tell it; it has one where it is shown.
    contentId: isInline === true ? id : '',
    encoding: isReference(attachment) ? IN_THE_CLOUD : '',
    encodedBytes: size ?? 0,
  };
}

const multipart = (mediaType: string, children: readonly MailPart[]): MailPart => ({
  ...emptyPart,
  mediaType,
  children,
});

function mediaTypeOf(attachment: Attachment, kinds: ItemKinds): string {
  if (isItem(attachment)) {
    switch (kinds.get(attachment.id)) {
      case 'event':
        return 'text/calendar';
      case 'contact':
        return 'text/vcard';
      case 'message':
      case undefined:
        return 'message/rfc822';
    }
  }
  const [type = ''] = (attachment.contentType ?? '').toLowerCase().split(';', 1);
  return type.trim() === '' ? 'application/octet-stream' : type.trim();
}

/** Where the rules want to look inside: the text, an opened message, a container, an invitation that is no attachment. */
function mustBeRead(message: Message, root: MailPart, take: MailTake): boolean {
  if (wantsBody(take)) return true;
  if (!wantsAttachments(take)) return false;
  const isInvitation = (message['@odata.type'] ?? '').includes('.eventMessage');
  if (isInvitation && take.calendar === 'all') return true;
  // A mail signed in the open: Exchange shows one `smime.p7m`, and what it holds stands in the mail alone.
  const { attachments } = message;
  if (attachments?.some(({ contentType }) => /^multipart\//i.test(contentType ?? ''))) return true;
  const parts = root.children.flatMap((part) => [part, ...part.children]);
  return parts.some(
    (part) =>
      containerKind(part, take) !== null ||
      (take.forwarded === 'open' && part.mediaType === 'message/rfc822'),
  );
}

function sizeOf({ singleValueExtendedProperties, attachments }: Message): number {
  const told = Number(singleValueExtendedProperties?.find(({ id }) => id === SIZE)?.value ?? NaN);
  if (Number.isSafeInteger(told) && told > 0) return told;
  return (attachments ?? []).reduce((sum, { size }) => sum + (size ?? 0), 0);
}

function factsOf(message: Message): Readonly<Record<string, string>> {
  const facts = Object.entries({
    subject: (message.subject ?? '').trim(),
    from: addressOf(message.from),
    to: (message.toRecipients ?? []).map(addressOf).join(', '),
    cc: (message.ccRecipients ?? []).map(addressOf).join(', '),
    messageId: message.internetMessageId ?? '',
    date: message.sentDateTime ?? '',
  });
  return Object.fromEntries(facts.filter(([, value]) => value !== ''));
}

function addressOf(one: z.infer<typeof Address> | null | undefined): string {
  const name = one?.emailAddress?.name?.trim() ?? '';
  const address = one?.emailAddress?.address?.trim() ?? '';
  if (name === '' || name === address) return address;
  return address === '' ? name : `${name} <${address}>`;
}

// Recognises the message in a mailbox that was moved to another place, where everything has another id.
function fingerprint(message: Message): string | null {
  const { internetMessageId, sentDateTime, subject, from, attachments } = message;
  if (typeof internetMessageId !== 'string' || internetMessageId === '') return null;
  const sender = from?.emailAddress?.address ?? '';
  const names = (attachments ?? []).map(({ name }) => name ?? '');
  const fields = [internetMessageId, sentDateTime ?? '', sender, subject ?? '', ...names];
  return createHash('sha256').update(fields.join('\0')).digest('hex');
}
