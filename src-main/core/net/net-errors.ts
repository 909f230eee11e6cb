// Failures below the protocol (names, TCP, TLS handshake) as AppErrors.
import { AppError, ConfigError, TransientError } from '../errors.ts';
import { handshakeError } from './tls-errors.ts';

export type Peer = { readonly host: string; readonly port: number };

/** Null when the thrown value is not a failure of the network. AppErrors pass unchanged. */
export function networkError(thrown: unknown, peer: Peer): AppError | null {
  if (thrown instanceof AppError) return thrown;
  const code = codeOf(thrown);
  if (code === null) return null;
  const { host, port } = peer;
  const extra = { cause: thrown };
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      // A typing error looks the same as a name server that is away: it must be tried again.
      return new TransientError('net.nameUnknown', { host }, extra);
    case 'ECONNREFUSED':
      return new TransientError('net.refused', { host, port }, extra);
    case 'ETIMEDOUT':
    case 'ERR_SOCKET_CONNECTION_TIMEOUT':
      return new TransientError('net.timeout', { host, port }, extra);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return new TransientError('net.unreachable', { host, port }, extra);
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
    case 'ENOTCONN':
      return new TransientError('net.reset', { host, port }, extra);
    case 'ERR_SOCKET_BAD_PORT':
      return new ConfigError('net.badPort', { port }, { ...extra, field: 'port' });
    default:
      return handshakeError(code, port, thrown);
  }
}

/** Node's code of an error, or of the first one inside an AggregateError (several addresses tried). */
export function codeOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null;
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  if (thrown instanceof AggregateError) {
    for (const inner of thrown.errors) {
      const code = codeOf(inner);
      if (code !== null) return code;
    }
  }
  return null;
}
