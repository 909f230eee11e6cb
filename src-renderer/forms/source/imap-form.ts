// A launcher on an IMAP mailbox.
import type { ImapConfig } from '#contract/model/source-config';
import type { FieldsFor } from '../field.ts';
import { keywordField, mailFate, rejectedFate } from '../groups/fate-fields.ts';
import { mailFilterFields, takeFields } from '../groups/mail-fields.ts';
import { serverFields } from '../groups/server-fields.ts';
import { fieldsOf, under } from '../make-field.ts';

const source = fieldsOf('window.section.source');
const server = fieldsOf('window.section.server');

export const imapForm = {
  accountId: server.choice('accountId', 'account'),
  ...under('server', serverFields('tlsImap', 'imap.example.fr')),
  folder: source.server('imap.folder', { help: 'imap.folder', width: 'full' }),
  ...under('take', takeFields),
  ...under('mailFilter', mailFilterFields),
  ...mailFate('keyword'),
  ...keywordField,
  ...rejectedFate('server'),
} satisfies FieldsFor<ImapConfig, 'protocol'>;
