// A service instance as a form: what is sent, by which connector, and what a message says where it says nothing itself.
import type { Service } from '#contract/model/router';
import type { FieldsFor } from '../field.ts';
import { fieldsOf, under } from '../make-field.ts';

type Plain = Pick<
  Service,
  'name' | 'connectorId' | 'sender' | 'defaults' | 'onDoubt' | 'giveUpHours'
>;

const identity = fieldsOf('window.section.identity');
const sending = fieldsOf('window.section.sending');
const defaults = fieldsOf('window.section.messageDefaults');

export const serviceFields = {
  name: identity.text('service.name'),
  connectorId: identity.choice('service.connectorId', 'connector', {
    none: 'window.choice.defaultConnector',
  }),
  sender: sending.text('service.sender', { help: 'service.sender' }),
  giveUpHours: sending.number('service.giveUpHours', {
    help: 'service.giveUpHours',
    unit: 'window.unit.hours',
  }),
  onDoubt: sending.select('service.onDoubt', 'onDoubt', ['sendOnce', 'hold'], {
    help: 'service.onDoubt',
    width: 'full',
  }),
  ...under('defaults', {
    to: defaults.list('message.to'),
    cc: defaults.list('message.cc'),
    bcc: defaults.list('message.bcc'),
    replyTo: defaults.text('message.replyTo'),
    subject: defaults.text('message.subject', { width: 'full' }),
    text: defaults.text('message.text', { lines: 4, width: 'full' }),
  }),
} satisfies FieldsFor<Plain>;
