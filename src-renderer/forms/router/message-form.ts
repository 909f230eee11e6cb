// A message that somebody writes.
import type { MessageDraft } from '#contract/model/outbox';
import type { z } from 'zod';
import type { FieldsFor } from '../field.ts';
import { fieldsOf } from '../make-field.ts';

type Plain = Pick<
  z.output<typeof MessageDraft>,
  'serviceId' | 'to' | 'cc' | 'bcc' | 'replyTo' | 'subject' | 'text'
>;

const message = fieldsOf('window.section.message');

export const messageFields = {
  serviceId: message.choice('message.serviceId', 'service', {
    none: 'window.choice.noService',
  }),
  to: message.list('message.to', { width: 'full', example: 'window.example.accounting' }),
  cc: message.list('message.cc'),
  bcc: message.list('message.bcc'),
  replyTo: message.text('message.replyTo'),
  subject: message.text('message.subject', { width: 'full' }),
  text: message.text('message.text', { lines: 10, width: 'full' }),
} satisfies FieldsFor<Plain>;
