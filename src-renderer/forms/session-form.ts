// The check of a mail session: the address of each side. Ports and trust are those of the launcher or connector later on.
import { fieldsOf, under } from './make-field.ts';
import { serverFields } from './groups/server-fields.ts';

const incoming = fieldsOf('window.section.incoming');

const short = (words: 'tlsImap' | 'tlsPop' | 'tlsSmtp', placeholder: string) => {
  const { host, tls, port } = serverFields(words, placeholder);
  return { host, tls, port };
};

export const incomingFields = (kind: 'imap' | 'pop') => ({
  kind: incoming.select('session.kind', 'mailProtocol', ['imap', 'pop']),
  ...under('server', short(kind === 'imap' ? 'tlsImap' : 'tlsPop', 'mail.example.fr')),
});

export const outgoingFields = under('server', short('tlsSmtp', 'mail.example.fr'));
