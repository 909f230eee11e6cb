// What fetch and our own client throw, and what HTTP says about when to come back.
import { AppError, ConfigError, TransientError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { codeOf, networkError, type Peer } from './net-errors.ts';

/** The part of `fetch` that is used here; the shells and the tests may put another in its place. */
export type HttpFetch = (url: string, init: RequestInit) => Promise<Response>;

export function peerOf(url: string): Peer {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

/** AppErrors pass. fetch hides the system's error in `cause`. */
export function httpError(thrown: unknown, url: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const peer = peerOf(url);
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  const code = codeOf(cause) ?? '';
  switch (code) {
    case 'UND_ERR_SOCKET':
      return new TransientError('net.reset', { ...peer }, { cause });
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return new TransientError('net.timeout', { ...peer }, { cause });
  }
  if (CERTIFICATE.test(code)) {
    return new ConfigError('net.certificate', { host: peer.host, reason: code }, { cause });
  }
  const known = networkError(cause, peer);
  if (known !== null) return known;
  const detail = code === '' && cause instanceof Error ? cause.message : code;
  return new TransientError('net.broken', { ...peer, detail: detail.slice(0, 200) }, { cause });
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)/;

/** Of the header `Retry-After`: seconds, or a date (RFC 9110 §10.2.3); null when the server says nothing. */
export function retryAfterSeconds(text: string | null, clock: Clock): number | null {
  if (text === null) return null;
  const isNumber = /^\s*\d+\s*$/.test(text);
  const seconds = isNumber ? Number(text) : (Date.parse(text) - clock.now().getTime()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}
