// A launcher on a mailbox of Office 365.
import type { O365Config } from '#contract/model/o365-config';
import type { FieldsFor } from '../field.ts';
import { categoryField, mailFate, rejectedFate } from '../groups/fate-fields.ts';
import { mailFilterFields, takeFields } from '../groups/mail-fields.ts';
import { fieldsOf, under } from '../make-field.ts';

const source = fieldsOf('window.section.source');

export const o365Form = {
  accountId: source.choice('accountId', 'account'),
  mailbox: source.text('o365.mailbox', {
    help: 'o365.mailbox',
    example: 'window.example.mailbox',
  }),
  folder: source.server('imap.folder', { help: 'o365.folder', width: 'full' }),
  ...under('take', takeFields),
  ...under('mailFilter', mailFilterFields),
  ...mailFate('category'),
  ...categoryField,
  ...rejectedFate('server'),
} satisfies FieldsFor<O365Config, 'protocol'>;
