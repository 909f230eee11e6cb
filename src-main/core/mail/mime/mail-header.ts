// The fields of a mail's header as text. Raw 8-bit text without a charset is read as UTF-8 if it is that, else in the
// charset its body declares, else as windows-1252.
import { decodeBytes, decodeHeaderText } from '../header-text.ts';
import type { MailHeader } from '../mail-part.ts';
import { readAddresses } from './address-list.ts';
import type { HeaderFields } from './header-reader.ts';

/** `charset`: of the body, empty when it declares none. */
export function readMailHeader(fields: HeaderFields, charset: string): MailHeader {
  const decode = (raw: string) => decodeWith(raw, charset);
  const field = (name: string) => fields.get(name) ?? '';
  return {
    subject: decode(field('subject')).trim(),
    from: readAddresses(field('from') || field('sender'), decode).join(', '),
    to: readAddresses(field('to'), decode).join(', '),
    cc: readAddresses(field('cc'), decode).join(', '),
    messageId: field('message-id').trim(),
    date: field('date').trim(),
  };
}

/** What tells two mails apart, as it was sent. */
export function rawIdentity(fields: HeaderFields): readonly string[] {
  return ['message-id', 'date', 'from', 'subject'].map((name) => fields.get(name)?.trim() ?? '');
}

function decodeWith(raw: string, charset: string): string {
  if (charset === '' || raw.includes('=?') || !/[\x80-\xff]/.test(raw))
    return decodeHeaderText(raw);
  const bytes = Buffer.from(raw, 'latin1');
  const guessed = decodeHeaderText(raw);
  // Text that is UTF-8 is hardly ever anything else.
  return Buffer.from(guessed).equals(bytes) ? guessed : decodeBytes(bytes, charset);
}
