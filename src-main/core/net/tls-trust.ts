// Whom a TLS connection trusts: the authorities bundled with Node and those of the system, a private
// authority beside them, or one pinned certificate instead of them. Never "ignore errors".
import { X509Certificate } from 'node:crypto';
import {
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import type { TlsTrust } from '#contract/model/connection';
import { ConfigError, type AppError } from '../errors.ts';
import { systemAuthorities } from './system-authorities.ts';
import { certificateError, pinMismatch } from './tls-errors.ts';

export interface TlsAuthorities {
  /**
   * TLS 1.2 or newer; the authorities are read and parsed once (about 60 ms), then shared by all connections.
   * Throws ConfigError `tls.badAuthority` when the private authority is no certificate.
   */
  context(trust: TlsTrust): SecureContext;
}

/** Contexts kept at most; one per private authority, so that a real set-up never reaches it. */
const MAX_CONTEXTS = 32;

export function createTlsAuthorities(): TlsAuthorities {
  const contexts = new Map<string, SecureContext>();
  return {
    context(trust) {
      const known = contexts.get(trust.caPem);
      if (known) return known;
      if (contexts.size >= MAX_CONTEXTS) contexts.clear();
      const context = createSecureContext({
        ca: [...commonAuthorities(), ...readAuthority(trust.caPem)],
        minVersion: 'TLSv1.2',
        // An intermediate authority that somebody chose to trust is an end of the chain, as its root would be.
        allowPartialTrustChain: trust.caPem.trim() !== '',
      });
      contexts.set(trust.caPem, context);
      return context;
    },
  };
}

/**
 * What is wrong with the certificate of a finished handshake; null = it is there and trusted.
 * `host` is the address that was dialled. The socket must have been opened with
 * `rejectUnauthorized: false`: Node has then checked chain and name all the same, but left the
 * certificate readable, so that the error can say which name, which date, which authority.
 */
export function judgePeer(
  socket: Pick<TLSSocket, 'authorized' | 'authorizationError'>,
  certificate: X509Certificate | undefined,
  { host, trust }: { readonly host: string; readonly trust: TlsTrust },
): AppError | null {
  const { fingerprint } = trust;
  if (fingerprint === '') {
    if (socket.authorized && certificate) return null;
    return certificateError(socket.authorizationError, certificate, trust.serverName || host);
  }
  const got = certificate?.fingerprint256.replaceAll(':', '').toLowerCase() ?? '';
  return got === fingerprint ? null : pinMismatch(fingerprint, got);
}

// Node skips a certificate it cannot read without a word.
function readAuthority(pem: string): readonly string[] {
  if (pem.trim() === '') return [];
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw badAuthority('no BEGIN CERTIFICATE', null);
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch (thrown) {
    throw badAuthority(thrown instanceof Error ? thrown.message : '', thrown);
  }
  return blocks;
}

function badAuthority(detail: string, cause: unknown): AppError {
  return new ConfigError('tls.badAuthority', { detail }, { cause, field: 'trust.caPem' });
}

// The system's list repeats most of the bundled one, with other line ends: parsing each once halves the cost.
function commonAuthorities(): string[] {
  const unique = new Map<string, string>();
  for (const pem of [...getCACertificates('default'), ...systemAuthorities()]) {
    unique.set(pem.replace(/\s/g, ''), pem);
  }
  return [...unique.values()];
}
