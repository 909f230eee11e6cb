// The check of a mail session: the server of each side, with all that the launcher or connector asks of it later on.
import { fieldsOf, under } from './make-field.ts';
import { serverFields } from './groups/server-fields.ts';

const incoming = fieldsOf('window.section.incoming');

export const incomingFields = (kind: 'imap' | 'pop') => ({
  kind: incoming.select('session.kind', 'mailProtocol', ['imap', 'pop']),
  ...under('server', serverFields(kind === 'imap' ? 'tlsImap' : 'tlsPop', 'mail.example.fr')),
});

export const outgoingFields = under('server', serverFields('tlsSmtp', 'mail.example.fr'));
