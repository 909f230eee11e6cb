// A mail as an item of a launcher: its offers, its facts for the sidecar, and the fingerprint by which it is
// recognised when the server has numbered everything anew.
import { createHash } from 'node:crypto';
import type { MailTake } from '#contract/model/mail-take';
import type { AppError } from '../errors.ts';
import type { SourceItem } from '../sources/source.ts';
import type { MailHeader, MailPart } from './mail-part.ts';
import { offersOf, wholeMessage } from './offers.ts';

export type MailMessage = {
  readonly key: string;
  readonly location: string;
  readonly header: MailHeader;
  /** Undecoded fields that no decoder of a later version can change. */
  readonly rawIdentity: readonly string[];
  readonly sizeBytes: number;
  readonly receivedAt: string | null;
  /** Null when only the whole mail can be had. */
  readonly root: MailPart | null;
};

export function mailItem(mail: MailMessage, take: MailTake): SourceItem {
  const { header, sizeBytes, root } = mail;
  return {
    key: mail.key,
    // A mail never changes behind its key.
    version: '',
    fingerprint: fingerprint(mail),
    location: mail.location,
    title: header.subject,
    sizeBytes,
    receivedAt: mail.receivedAt,
    parts: root ? offersOf({ header, sizeBytes, root }, take) : [wholeMessage(mail)],
    readiness: { ready: true },
    facts: factsOf(header),
  };
}

/** A mail that is there but that the server refuses to describe now. */
export function unreadableItem(key: string, location: string, reason: AppError): SourceItem {
  return {
    key,
    version: '',
    fingerprint: null,
    location,
    title: '',
    sizeBytes: 0,
    receivedAt: null,
    parts: [],
    readiness: { ready: false, reason, observation: '' },
    facts: {},
  };
}

/** For the sidecar and the filters; what a header does not say is left out. */
export function factsOf(header: MailHeader): Readonly<Record<string, string>> {
  const { subject, from, to, cc = '', messageId, date } = header;
  const facts = Object.entries({ subject, from, to, cc, messageId, date });
  return Object.fromEntries(facts.filter(([, value]) => value !== ''));
}

// Message-ID alone is neither always there nor unique: sender, subject, second of sending, size and
// structure have to agree as well.
function fingerprint(mail: MailMessage): string | null {
  if (!mail.root) return null;
  const hash = createHash('sha256');
  const fields = [...mail.rawIdentity, String(mail.sizeBytes), ...outline(mail.root)];
  return hash.update(fields.join('\0')).digest('hex');
}

function outline(part: MailPart): readonly string[] {
  const { mediaType, encoding, encodedBytes, children } = part;
  const own = `${part.part} ${mediaType} ${encoding} ${encodedBytes}`.toLowerCase();
  return [own, ...children.flatMap(outline)];
}
