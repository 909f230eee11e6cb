// Certificate and handshake failures as AppErrors. Matched on codes, never on texts: OpenSSL (Node) and
// BoringSSL (Electron) word the same failure differently.
import type { X509Certificate } from 'node:crypto';
import { AppError, ConfigError } from '../errors.ts';

/** Who said what is not known here: callers with a form pass the dotted path of the address through `at`. */
export function certificateError(
  reason: unknown,
  peer: X509Certificate | undefined,
  expectedName: string,
): AppError {
  const code = reasonCode(reason);
  const extra = { cause: reason, field: 'trust' };
  if (!peer) return new ConfigError('tls.noCertificate', {}, extra);
  const fingerprint = peer.fingerprint256;
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return new ConfigError('tls.expired', { since: isoDate(peer.validTo) }, extra);
    case 'CERT_NOT_YET_VALID':
      return new ConfigError('tls.notYetValid', { from: isoDate(peer.validFrom) }, extra);
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return new ConfigError(
        'tls.wrongName',
        { expected: expectedName, got: namesOf(peer) },
        { ...extra, field: 'trust.serverName' },
      );
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return new ConfigError('tls.selfSigned', { fingerprint }, extra);
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return new ConfigError(
        'tls.unknownAuthority',
        { issuer: commonName(peer.issuer), fingerprint },
        extra,
      );
    default:
      return new ConfigError('tls.untrusted', { reason: code, fingerprint }, extra);
  }
}

/** Both as hex; told as every other tool shows a fingerprint, since somebody has to compare them. */
export function pinMismatch(expected: string, got: string): AppError {
  const params = { expected: inPairs(expected), got: inPairs(got) };
  return new ConfigError('tls.pinMismatch', params, { field: 'trust.fingerprint' });
}

const inPairs = (hex: string): string => (hex.toUpperCase().match(/../g) ?? []).join(':');

/** A handshake that failed before any certificate could be judged; null when the code is not of that kind. */
export function handshakeError(code: string, port: number, cause: unknown): AppError | null {
  const extra = { cause, field: 'tls' };
  if (NOT_TLS.has(code)) return new ConfigError('tls.notTls', { port }, extra);
  if (OLD_PROTOCOL.has(code)) return new ConfigError('tls.oldProtocol', {}, extra);
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return new ConfigError('tls.handshake', { reason: code }, extra);
  }
  return null;
}

const NOT_TLS = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_UNEXPECTED_MESSAGE',
  'ERR_SSL_HTTP_REQUEST',
]);
const OLD_PROTOCOL = new Set([
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_VERSION_TOO_LOW',
]);

// `authorizationError` is declared an Error but is a code string for chain failures.
function reasonCode(reason: unknown): string {
  if (typeof reason === 'string') return reason;
  if (reason instanceof Error && 'code' in reason && typeof reason.code === 'string') {
    return reason.code;
  }
  return String(reason);
}

/** The common name of `CN=…\nO=…`, or the whole when it has none. */
export function commonName(subject: string): string {
  return /(?:^|\n)CN=(.*)/.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ');
}

/** `CN=…\nO=…` on one line. */
export const oneLineName = (name: string): string => name.replaceAll('\n', ', ');

/** Of the names that a certificate is good for. */
export function namesIn(subjectAltName: string | undefined): string[] {
  const entries = subjectAltName?.split(/,\s*/) ?? [];
  return entries.map((one) => one.replace(/^(?:DNS|IP Address):/, ''));
}

function namesOf(peer: X509Certificate): string {
  const names = namesIn(peer.subjectAltName);
  return names.length === 0 ? commonName(peer.subject) : names.join(', ');
}

export function isoDate(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}
