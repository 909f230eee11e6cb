// The protocol's part of a launcher as forms: one field per leaf of its configuration, or it does not compile.
import type { FolderConfig, ImapConfig, Protocol } from '#contract/model/source-config';
import type { Field, Fields, LeafPath } from './field.ts';

const source = 'window.section.source';
const server = 'window.section.server';
const take = 'window.section.take';
const fate = 'window.section.fate';
const trust = 'window.section.trust';

const daysField = (path: string, label: Field['label']) =>
  ({
    kind: 'number',
    label,
    unit: 'window.unit.days',
    zero: 'window.zero.days',
    section: fate,
    showWhen: { path, is: ['delete'] },
    width: 'half',
  }) as const satisfies Field;

const folderFields = {
  path: {
    kind: 'folder',
    place: 'local',
    label: 'window.field.folder.path',
    help: 'window.help.folder.path',
    placeholder: 'C:\\Numerisation\\Factures',
    section: source,
    width: 'full',
  },
  recursive: {
    kind: 'toggle',
    label: 'window.field.folder.recursive',
    section: source,
    width: 'half',
  },
  includeHidden: {
    kind: 'toggle',
    label: 'window.field.folder.includeHidden',
    help: 'window.help.folder.includeHidden',
    section: source,
    width: 'half',
  },
  'fate.kind': {
    kind: 'select',
    isUnion: true,
    label: 'window.field.fate.kind',
    options: [
      { value: 'archive', label: 'window.option.fate.archive' },
      { value: 'delete', label: 'window.option.fate.delete' },
      { value: 'leave', label: 'window.option.fate.leave' },
    ],
    section: fate,
    width: 'half',
  },
  'fate.archiveFolder': {
    kind: 'folder',
    place: 'local',
    label: 'window.field.fate.archiveFolder',
    help: 'window.help.fate.archiveFolder',
    section: fate,
    showWhen: { path: 'fate.kind', is: ['archive'] },
    width: 'half',
  },
  'fate.afterDays': daysField('fate.kind', 'window.field.fate.afterDays'),
  'rejectedFate.kind': {
    kind: 'select',
    isUnion: true,
    label: 'window.field.rejectedFate.kind',
    options: [
      { value: 'leave', label: 'window.option.rejectedFate.leave' },
      { value: 'move', label: 'window.option.rejectedFate.move' },
    ],
    section: fate,
    width: 'half',
  },
  'rejectedFate.folder': {
    kind: 'folder',
    place: 'local',
    label: 'window.field.rejectedFate.folder',
    section: fate,
    showWhen: { path: 'rejectedFate.kind', is: ['move'] },
    width: 'half',
  },
} satisfies Record<LeafPath<Omit<FolderConfig, 'protocol'>>, Field>;

const imapFields = {
  'server.host': {
    kind: 'text',
    label: 'window.field.server.host',
    placeholder: 'imap.example.fr',
    section: server,
    width: 'half',
  },
  'server.tls': {
    kind: 'select',
    label: 'window.field.server.tls',
    help: 'window.help.server.tls',
    options: [
      { value: 'implicit', label: 'window.option.tls.implicit' },
      { value: 'starttls', label: 'window.option.tls.starttls' },
      { value: 'none', label: 'window.option.tls.none' },
    ],
    section: server,
    width: 'half',
  },
  'server.port': {
    kind: 'number',
    label: 'window.field.server.port',
    zero: 'window.zero.port',
    section: server,
    width: 'half',
  },
  accountId: {
    kind: 'account',
    label: 'window.field.imap.account',
    section: server,
    width: 'half',
  },
  folder: {
    kind: 'folder',
    place: 'server',
    label: 'window.field.imap.folder',
    help: 'window.help.imap.folder',
    section: source,
    width: 'full',
  },
  'take.what': {
    kind: 'select',
    label: 'window.field.take.what',
    options: [
      { value: 'attachments', label: 'window.option.take.attachments' },
      { value: 'message', label: 'window.option.take.message' },
      { value: 'both', label: 'window.option.take.both' },
      { value: 'body', label: 'window.option.take.body' },
    ],
    section: take,
    width: 'half',
  },
  'take.forwarded': {
    kind: 'select',
    label: 'window.field.take.forwarded',
    options: [
      { value: 'deliver', label: 'window.option.forwarded.deliver' },
      { value: 'ignore', label: 'window.option.forwarded.ignore' },
    ],
    section: take,
    width: 'half',
  },
  'take.inlineImages': {
    kind: 'toggle',
    label: 'window.field.take.inlineImages',
    help: 'window.help.take.inlineImages',
    section: take,
    width: 'full',
  },
  'fate.kind': {
    kind: 'select',
    isUnion: true,
    label: 'window.field.fate.kind',
    options: [
      { value: 'leave', label: 'window.option.fate.leave' },
      { value: 'mark', label: 'window.option.fate.mark' },
      { value: 'move', label: 'window.option.fate.move' },
      { value: 'delete', label: 'window.option.fate.delete' },
    ],
    section: fate,
    width: 'half',
  },
  'fate.folder': {
    kind: 'folder',
    place: 'server',
    label: 'window.field.fate.folder',
    section: fate,
    showWhen: { path: 'fate.kind', is: ['move'] },
    width: 'half',
  },
  'fate.afterDays': daysField('fate.kind', 'window.field.fate.afterDays'),
  'fate.keyword': {
    kind: 'text',
    label: 'window.field.fate.keyword',
    help: 'window.help.fate.keyword',
    section: fate,
    showWhen: { path: 'fate.kind', is: ['mark'] },
    width: 'half',
  },
  'fate.seen': {
    kind: 'toggle',
    label: 'window.field.fate.seen',
    section: fate,
    showWhen: { path: 'fate.kind', is: ['mark'] },
    width: 'half',
  },
  'fate.flagged': {
    kind: 'toggle',
    label: 'window.field.fate.flagged',
    section: fate,
    showWhen: { path: 'fate.kind', is: ['mark'] },
    width: 'half',
  },
  'rejectedFate.kind': {
    kind: 'select',
    isUnion: true,
    label: 'window.field.rejectedFate.kind',
    options: [
      { value: 'leave', label: 'window.option.rejectedFate.leave' },
      { value: 'move', label: 'window.option.rejectedFate.move' },
    ],
    section: fate,
    width: 'half',
  },
  'rejectedFate.folder': {
    kind: 'folder',
    place: 'server',
    label: 'window.field.rejectedFate.folder',
    section: fate,
    showWhen: { path: 'rejectedFate.kind', is: ['move'] },
    width: 'half',
  },
  'server.trust.serverName': {
    kind: 'text',
    label: 'window.field.trust.serverName',
    help: 'window.help.trust.serverName',
    section: trust,
    width: 'half',
  },
  'server.trust.fingerprint': {
    kind: 'text',
    mono: true,
    label: 'window.field.trust.fingerprint',
    help: 'window.help.trust.fingerprint',
    section: trust,
    width: 'half',
  },
  'server.trust.caPem': {
    kind: 'text',
    lines: 4,
    mono: true,
    label: 'window.field.trust.caPem',
    help: 'window.help.trust.caPem',
    section: trust,
    width: 'full',
  },
  'server.timeouts.connectSeconds': {
    kind: 'number',
    label: 'window.field.timeouts.connectSeconds',
    unit: 'window.unit.seconds',
    section: trust,
    width: 'half',
  },
  'server.timeouts.answerSeconds': {
    kind: 'number',
    label: 'window.field.timeouts.answerSeconds',
    unit: 'window.unit.seconds',
    section: trust,
    width: 'half',
  },
} satisfies Record<LeafPath<Omit<ImapConfig, 'protocol'>>, Field>;

export const sourceForms: Readonly<Record<Protocol, Fields>> = {
  folder: folderFields,
  imap: imapFields,
};

/** The protocols the program offers, in the order of the choice. */
export const protocols: readonly Protocol[] = ['folder', 'imap'];
