// The protocol's part of a launcher as forms, and the least each protocol accepts.
import type { Protocol } from '#contract/model/source-config';
import type { Fields } from './field.ts';
import { adullactForm } from './source/adullact-form.ts';
import { folderForm } from './source/folder-form.ts';
import { imapForm } from './source/imap-form.ts';
import { o365Form } from './source/o365-form.ts';
import { popForm } from './source/pop-form.ts';

export const sourceForms: Readonly<Record<Protocol, Fields>> = {
  folder: folderForm,
  imap: imapForm,
  pop: popForm,
  o365: o365Form,
  adullact: adullactForm,
};

/** The protocols the program offers, in the order of the choice. */
export const protocols = ['folder', 'imap', 'pop', 'o365', 'adullact'] as const;

/** What somebody who begins has to fill in; the rest has good defaults. */
export const firstFields: Readonly<Record<Protocol, readonly string[]>> = {
  folder: ['path'],
  adullact: ['path'],
  imap: ['server.host', 'server.tls', 'server.port', 'folder'],
  pop: ['server.host', 'server.tls', 'server.port'],
  o365: ['accountId', 'mailbox', 'folder'],
};

/** The least that the schema accepts: what else it says then are the defaults. */
export const leastSource: Readonly<Record<Protocol, unknown>> = {
  folder: { protocol: 'folder', path: '-' },
  adullact: { protocol: 'adullact', path: '-' },
  imap: { protocol: 'imap', server: { host: '-' }, accountId: '-' },
  pop: { protocol: 'pop', server: { host: '-' }, accountId: '-' },
  o365: { protocol: 'o365', accountId: '-' },
};

/** Sections that begin closed: few need them. */
export const foldedSections = [
  'window.section.trust',
  'window.section.special',
  'window.section.mails',
  'window.section.ready',
  'window.section.envelopeLimits',
] as const;
