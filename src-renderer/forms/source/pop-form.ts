// A launcher on a POP3 mailbox.
import type { PopConfig } from '#contract/model/pop-config';
import type { FieldsFor } from '../field.ts';
import { popFate } from '../groups/fate-fields.ts';
import { mailFilterFields, takeFields } from '../groups/mail-fields.ts';
import { serverFields } from '../groups/server-fields.ts';
import { fieldsOf, under } from '../make-field.ts';

const server = fieldsOf('window.section.server');

export const popForm = {
  accountId: server.choice('accountId', 'account'),
  ...under('server', serverFields('tlsPop', 'pop.example.fr')),
  signIn: server.select('pop.signIn', 'popSignIn', ['auto', 'plain', 'apop'], {
    help: 'pop.signIn',
  }),
  recent: server.toggle('pop.recent', { help: 'pop.recent', width: 'full' }),
  ...under('take', takeFields),
  ...under('mailFilter', mailFilterFields),
  ...popFate,
} satisfies FieldsFor<PopConfig, 'protocol'>;
