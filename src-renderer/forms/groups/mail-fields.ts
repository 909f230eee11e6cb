// What a mail is turned into, and which mails are looked at: the same for every protocol that brings mail.
import type { MailFilter, MailTake } from '#contract/model/mail-take';
import type { FieldsFor } from '../field.ts';
import { fieldsOf, onlyWhen, under } from '../make-field.ts';

const take = fieldsOf('window.section.take');
const special = fieldsOf('window.section.special');
const mails = fieldsOf('window.section.mails');

/** Paths are those of `MailTake`. */
export const takeFields = {
  what: take.select('take.what', 'take', [
    'attachments',
    'message',
    'both',
    'body',
    'bodyAndAttachments',
  ]),
  bodyAs: take.select('take.bodyAs', 'bodyAs', ['page', 'text', 'asSent'], {
    showWhen: { path: 'what', is: ['body', 'bodyAndAttachments'] },
  }),
  forwarded: take.select('take.forwarded', 'forwarded', ['deliver', 'open', 'ignore']),
  inlineImages: take.toggle('take.inlineImages', { help: 'take.inlineImages', width: 'full' }),
  zip: special.select('take.zip', 'opening', ['deliver', 'open']),
  outlook: special.select('take.outlook', 'opening', ['deliver', 'open']),
  winmail: special.select('take.winmail', 'opening', ['deliver', 'open'], {
    help: 'take.winmail',
  }),
  signed: special.select('take.signed', 'opening', ['deliver', 'open'], { help: 'take.signed' }),
  calendar: special.select('take.calendar', 'calendar', ['attached', 'all', 'ignore']),
  protectedFiles: special.select('take.protectedFiles', 'protectedFiles', [
    'deliver',
    'quarantine',
  ]),
} satisfies FieldsFor<MailTake>;

const textFilter = (name: 'from' | 'to' | 'subject') => ({
  include: mails.text(`mailFilter.${name}.include`, {
    help: `mailFilter.${name}`,
    mono: true,
    example: name === 'subject' ? 'window.example.subject' : 'window.example.address',
  }),
  exclude: mails.text(`mailFilter.${name}.exclude`, { mono: true }),
  caseSensitive: mails.toggle('mailFilter.caseSensitive', { width: 'full' }),
});

/** Paths are those of `MailFilter`. */
export const mailFilterFields = {
  ...under('from', textFilter('from')),
  ...under('to', textFilter('to')),
  ...under('subject', textFilter('subject')),
  maxAgeDays: mails.number('mailFilter.maxAgeDays', {
    unit: 'window.unit.days',
    zero: 'window.zero.limit',
    width: 'third',
  }),
  minBytes: mails.size('mailFilter.minBytes', { zero: 'window.zero.limit', width: 'third' }),
  maxBytes: mails.size('mailFilter.maxBytes', { zero: 'window.zero.limit', width: 'third' }),
} satisfies FieldsFor<MailFilter>;

/** Mails that lie in a folder as files: taken apart only when asked to. */
export const droppedMailFields = {
  open: mails.toggle('folder.mails.open', { help: 'folder.mails.open', width: 'full' }),
  ...onlyWhen({ path: 'open', is: [true] }, under('take', takeFields)),
};
