// Under which key an envelope is known, so that a deposit made twice is taken once. What identifies the business
// object comes first; where it does not suffice, the bytes of its main exchange file are part of the key. Pure.
import { createHash } from 'node:crypto';
import type {
  Envelope,
  EnvelopeDocument,
  EnvelopeRole,
  IndexValue,
} from '#contract/model/envelope';
import { firstOfRoles } from './order-files.ts';

/** SHA-256 by name inside the unit, of every delivered file. */
export type Digests = ReadonlyMap<string, string>;

export type EnvelopeIdentity = {
  /** Equal for two deposits of the same thing. */
  readonly key: string;
  /** Changes with any byte of any file, metadata left out: a known key with another content is a new version. */
  readonly content: string;
};

export function identityOf(envelope: Envelope, digests: Digests): EnvelopeIdentity {
  const keys = envelope.documents.map((document) => documentKey(envelope, document, digests));
  const contents = envelope.files
    .filter(({ role }) => role !== 'metadata')
    .map(({ name }) => digests.get(name) ?? '');
  return {
    key: keys.length === 1 ? (keys[0] ?? '') : `${envelope.kind}|${digest(keys.sort())}`,
    content: digest(contents.sort()),
  };
}

function documentKey(envelope: Envelope, document: EnvelopeDocument, digests: Digests): string {
  const { kind } = envelope;
  const text = (key: string): string => textOf(document.index[key]);
  const bytes = digestOfRoles(envelope, document, digests);
  if (kind === 'acte_nature') return acteKey(document, bytes);
  if (kind === 'helios') {
    return join(kind, document.form, text('nom_fic'), text('org_id'), bytes);
  }
  // Chorus' own id is stable over every deposit of an invoice.
  if (text('id_cpp') !== '') return join(kind, text('id_cpp'));
  return join(kind, text('fournisseur_id'), text('numero'), document.date, bytes);
}

/**
 * An act and its receipt share their IDActe: the form tells them apart. Without a whole IDActe two bodies may use the
 * same number on the same day, and of other messages there may be several: then the bytes count.
 */
function acteKey(document: EnvelopeDocument, bytes: string): string {
  const id = textOf(document.index['id_acte']);
  const isUnique = id !== '' && (document.form === 'acte' || document.form === 'ar_acte');
  return isUnique
    ? join('acte_nature', document.form, id)
    : join('acte_nature', document.form, document.linkKey ?? '', bytes);
}

const KEY_ROLES: readonly EnvelopeRole[] = [
  'act',
  'pes',
  'pivot',
  'invoice',
  'message',
  'acknowledgement',
  'return',
  'envelope',
];

/** Of the file that the others only accompany; of all of them when none stands out. */
function digestOfRoles({ files }: Envelope, document: EnvelopeDocument, digests: Digests): string {
  const own = new Set(document.files);
  const mine = files.filter(({ name }) => own.has(name));
  const main = firstOfRoles(mine, KEY_ROLES);
  if (main) return digests.get(main.name) ?? '';
  return digest(mine.map(({ name }) => digests.get(name) ?? '').sort());
}

const textOf = (value: IndexValue | undefined): string => (typeof value === 'string' ? value : '');

/** `|` inside a part must not move a border. */
const join = (...parts: readonly string[]): string =>
  parts.map((part) => part.replaceAll('|', '%7C')).join('|');

const digest = (texts: readonly string[]): string =>
  createHash('sha256').update(texts.join('\n')).digest('hex');
