// The header fields of a mail compared with what two oracles agree on; for information.
import type { MailHeader } from '#core/mail/mail-part';
import type { ExpectedMail } from './expected.ts';

export function headerDifferences(mail: ExpectedMail, header: MailHeader) {
  const lines: string[] = [];
  let compared = 0;
  const check = (field: string, wanted: string | null | undefined, got: string) => {
    if (mail.header_status?.[field] !== 'agreed' || wanted === null || wanted === undefined) return;
    compared++;
    if (flat(wanted) !== flat(got))
      lines.push(`${field}: ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
  };
  check('subject', mail.subject, header.subject);
  check('message_id', mail.message_id, header.messageId);
  check('from', people(mail.from), header.from);
  check('to', people(mail.to), header.to);
  return { compared, lines };
}

function people(list: ExpectedMail['from']): string | null {
  if (!list) return null;
  return list
    .map(({ name, address }) => {
      if (!name) return address ?? '';
      return address ? `${name} <${address}>` : name;
    })
    .join(', ');
}

const flat = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim();
