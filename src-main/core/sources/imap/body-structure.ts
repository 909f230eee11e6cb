// BODYSTRUCTURE and ENVELOPE (RFC 9051 §7.5.2) as the protocol-neutral structure of a mail. Lenient about what is
// missing, since servers are; what is there must have the right shape.
import { decodeHeaderText } from '../../mail/header-text.ts';
import { readParameters } from '../../mail/header-parameters.ts';
import { emptyPart, type MailHeader, type MailPart } from '../../mail/mail-part.ts';
import { protocolError } from './imap-errors.ts';
import type { ImapValue } from './imap-values.ts';

type List = readonly ImapValue[];

export type Envelope = MailHeader & {
  /** As they were sent, for the fingerprint. */
  readonly raw: { readonly subject: string; readonly from: string };
};

export function readBodyStructure(value: ImapValue | undefined): MailPart {
  return readPart(asList(value), '');
}

export function readEnvelope(value: ImapValue | undefined): Envelope {
  const [date, subject, from, , , to, cc, , , messageId] = asList(value);
  const rawSubject = asText(subject);
  return {
    subject: decodeHeaderText(rawSubject).trim(),
    from: addresses(from),
    to: addresses(to),
    cc: addresses(cc),
    messageId: asText(messageId).trim(),
    date: asText(date).trim(),
    raw: { subject: rawSubject, from: JSON.stringify(from ?? null) },
  };
}

// `path` is the number of the part, empty at the top. A part that is no multipart and lies at the top is number 1.
function readPart(value: List, path: string): MailPart {
  return Array.isArray(value[0]) ? readMultipart(value, path) : readLeaf(value, path || '1');
}

function readMultipart(value: List, path: string): MailPart {
  const count = value.findIndex((item) => !Array.isArray(item));
  const children = count < 0 ? value : value.slice(0, count);
  const [subtype, parameters, disposition] = value.slice(children.length);
  return {
    ...emptyPart,
    part: path,
    mediaType: `multipart/${asText(subtype).toLowerCase()}`,
    parameters: readPairs(parameters),
    ...readDisposition(disposition),
    children: children.map((child, index) =>
      readPart(asList(child), path === '' ? String(index + 1) : `${path}.${index + 1}`),
    ),
  };
}

function readLeaf(value: List, path: string): MailPart {
  const [type, subtype, parameters, id, , encoding, size] = value;
  const mediaType = `${asText(type)}/${asText(subtype)}`.toLowerCase();
  // Behind the seven fields all parts have: lines for text; envelope, structure and lines for a message.
  const isMessage = mediaType === 'message/rfc822' || mediaType === 'message/global';
  const special = isMessage && Array.isArray(value[7]) ? 3 : mediaType.startsWith('text/') ? 1 : 0;
  const disposition = value[7 + special + 1];
  return {
    ...emptyPart,
    part: path,
    mediaType,
    parameters: readPairs(parameters),
    ...readDisposition(disposition),
    contentId: asText(id).replace(/^<|>$/g, '').trim(),
    encoding: asText(encoding),
    encodedBytes: asNumber(size),
    subject: special === 3 ? decodeHeaderText(asText(asList(value[7])[1])).trim() : '',
  };
}

function readDisposition(value: ImapValue | undefined) {
  if (!Array.isArray(value)) return {};
  const [kind, parameters] = asList(value);
  return {
    disposition: asText(kind).trim().toLowerCase(),
    dispositionParameters: readPairs(parameters),
  };
}

function readPairs(value: ImapValue | undefined): ReadonlyMap<string, string> {
  if (!Array.isArray(value)) return emptyPart.parameters;
  const list = asList(value);
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < list.length; at += 2) {
    pairs.push([asText(list[at]), asText(list[at + 1])]);
  }
  return readParameters(pairs);
}

/** `Name <mailbox@host>, …`; group marks (host NIL) are left out. */
function addresses(value: ImapValue | undefined): string {
  if (!Array.isArray(value)) return '';
  return asList(value)
    .map((entry) => {
      const [name, , mailbox, host] = asList(entry);
      if (typeof mailbox !== 'string' || typeof host !== 'string') return '';
      const address = `${decodeHeaderText(mailbox)}@${decodeHeaderText(host)}`;
      const shown = decodeHeaderText(asText(name)).trim();
      return shown === '' ? address : `${shown} <${address}>`;
    })
    .filter((text) => text !== '')
    .join(', ');
}

export function asList(value: ImapValue | undefined): List {
  if (value === null || value === undefined || typeof value === 'string') {
    throw protocolError('list expected');
  }
  return value;
}

export function asText(value: ImapValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function asNumber(value: ImapValue | undefined): number {
  const number = Number(asText(value));
  return Number.isSafeInteger(number) && number >= 0 ? number : 0;
}
