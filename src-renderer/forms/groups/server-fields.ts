// How a server is reached and whom to trust: the same for every protocol that has a server.
import type { ServerAddress } from '#contract/model/connection';
import type { FieldsFor } from '../field.ts';
import { fieldsOf } from '../make-field.ts';

const server = fieldsOf('window.section.server');
const trust = fieldsOf('window.section.trust');

/** Words for TLS name the usual ports, which differ by protocol. */
export type PortWords = 'tlsImap' | 'tlsPop' | 'tlsSmtp';

/** Begins with the address, ends with the folded part. Paths are those of `ServerAddress`. */
export const serverFields = (words: PortWords, placeholder: string) =>
  ({
    host: server.text('server.host', { placeholder }),
    tls: server.select('server.tls', words, ['implicit', 'starttls', 'none'], {
      help: 'server.tls',
    }),
    port: server.number('server.port', { zero: 'window.zero.port' }),
    'trust.serverName': trust.text('trust.serverName', { help: 'trust.serverName' }),
    'trust.fingerprint': trust.text('trust.fingerprint', {
      help: 'trust.fingerprint',
      mono: true,
    }),
    'trust.caPem': trust.text('trust.caPem', {
      help: 'trust.caPem',
      lines: 4,
      mono: true,
      width: 'full',
    }),
    'timeouts.connectSeconds': trust.number('timeouts.connectSeconds', {
      unit: 'window.unit.seconds',
    }),
    'timeouts.answerSeconds': trust.number('timeouts.answerSeconds', {
      unit: 'window.unit.seconds',
    }),
  }) satisfies FieldsFor<ServerAddress>;
