// Whom a TLS connection trusts: the authorities bundled with Node and those of the system, a private
// authority beside them, or one pinned certificate instead of them. Never "ignore errors".
import { createSecureContext, getCACertificates, type SecureContext, type TLSSocket } from 'node:tls';
import type { TlsTrust } from '#contract/model/connection';
import type { AppError } from '../errors.ts';
import { certificateError, pinMismatch } from './tls-errors.ts';

export interface TlsAuthorities {
  /** TLS 1.2 or newer; the authorities are read and parsed once (about 60 ms), then shared by all connections. */
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
      const own = trust.caPem === '' ? [] : [trust.caPem];
      const context = createSecureContext({
        ca: [...commonAuthorities(), ...own],
        minVersion: 'TLSv1.2',
      });
      contexts.set(trust.caPem, context);
      return context;
    },
  };
}

/**
 * What is wrong with the certificate of a finished handshake; null = it is trusted.
 * `host` is the address that was dialled. The socket must have been opened with
 * `rejectUnauthorized: false`: Node has then checked chain and name all the same, but left the
 * certificate readable, so that the error can say which name, which date, which authority.
 */
export function judgePeer(socket: TLSSocket, host: string, trust: TlsTrust): AppError | null {
  const peer = socket.getPeerX509Certificate();
  if (trust.fingerprint !== '') {
    const got = peer ? peer.fingerprint256.replaceAll(':', '').toLowerCase() : '';
    return got === trust.fingerprint ? null : pinMismatch(trust.fingerprint, got);
  }
  if (socket.authorized && peer) return null;
  return certificateError(socket.authorizationError, peer, trust.serverName || host);
}

// The system's list repeats most of the bundled one, with other line ends: parsing each once halves the cost.
function commonAuthorities(): string[] {
  const unique = new Map<string, string>();
  for (const pem of [...getCACertificates('default'), ...systemAuthorities()]) {
    unique.set(pem.replace(/\s/g, ''), pem);
  }
  return [...unique.values()];
}

function systemAuthorities(): string[] {
  try {
    return getCACertificates('system');
  } catch {
    // No readable store on this machine: the bundled authorities remain.
    return [];
  }
}
