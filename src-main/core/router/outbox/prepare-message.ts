// From what somebody wants to send to a row of the outbox: defaults of the instance filled in, addresses parsed and
// each address once, a Message-ID that stays the same for good.
import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { z } from 'zod';
import type { MessageDraft, Recipient } from '#contract/model/outbox';
import type { Service } from '#contract/model/router';
import { ConfigError } from '../../errors.ts';
import { newId } from '../../new-id.ts';
import { isDeliverable, parseAddress, parseAddresses, sameAddress } from '../addresses.ts';

export type ParsedDraft = z.output<typeof MessageDraft>;

export type Prepared = {
  readonly recipients: readonly Recipient[];
  readonly replyTo: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
};

/** Throws ConfigError `address.invalid`, `outbox.noRecipient`. */
export function prepareMessage(draft: ParsedDraft, service: Service | null): Prepared {
  const defaults = service?.defaults;
  const or = <T extends readonly unknown[]>(given: T, other: T | undefined): T =>
    given.length > 0 || other === undefined ? given : other;
  const lists = [
    ['to', or(draft.to, defaults?.to)],
    ['cc', or(draft.cc, defaults?.cc)],
    ['bcc', or(draft.bcc, defaults?.bcc)],
  ] as const;
  const recipients: Recipient[] = [];
  for (const [kind, list] of lists) {
    for (const { name, address } of parseAddresses(list, kind)) {
      if (recipients.some((one) => sameAddress(one.address, address))) continue;
      recipients.push({ kind, name, address, state: 'pending', code: null, text: '' });
    }
  }
  if (recipients.length === 0) throw new ConfigError('outbox.noRecipient', {}, { field: 'to' });
  const replyTo = draft.replyTo || (defaults?.replyTo ?? '');
  if (replyTo !== '') parseAddress(replyTo, 'replyTo');
  const isBodiless = draft.text === '' && draft.html === '';
  return {
    recipients,
    replyTo,
    subject: draft.subject || (defaults?.subject ?? ''),
    text: isBodiless ? (defaults?.text ?? '') : draft.text,
    html: draft.html,
  };
}

/** Its domain is the sender's: what carries a strange one looks forged to filters. */
export function newMessageId(sender: string): string {
  const domain = /@([^@>\s]+)>?$/.exec(sender)?.[1] ?? '';
  const host = hostname().replace(/[^\w.-]/g, '');
  const right = isDeliverable(`x@${domain}`) ? domain : `${host || 'localhost'}.invalid`;
  return `<${newId()}${newId()}@${right}>`;
}

/** The name that the recipient sees: given, or that of the file; never with a path in it. */
export const attachmentName = (given: string, path: string): string =>
  basename((given || path).replaceAll('\\', '/')).trim() || 'document';
