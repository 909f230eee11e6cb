// Looks at the certificates of a server without trusting them: nothing is sent but what TLS itself needs, and STARTTLS
// before it. So that a problem can be shown with all that belongs to it, and solved by naming whom to trust.
import type { X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { TlsCertificate, TlsInspection, TlsQuestion } from '#contract/model/tls-inspection';
import type { ErrorBody } from '#contract/error-codes';
import { type AppError, CancelledError, toAppError, toErrorBody } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { silenceDeadline, withinTime } from './deadline.ts';
import { networkError, type Peer } from './net-errors.ts';
import { certificatesOf } from './peer-chain.ts';
import { beginTls } from './start-tls.ts';
import { judgePeer, type TlsAuthorities } from './tls-trust.ts';

export type InspectParts = { readonly clock: Clock; readonly authorities: TlsAuthorities };

const PORTS = { imap: 143, pop3: 110, smtp: 25 } as const;

/** Throws what keeps the server from being reached at all; what is wrong with its TLS is in the result. */
export async function inspectTls(
  { clock, authorities }: InspectParts,
  { server, startTls }: TlsQuestion,
  signal: AbortSignal,
): Promise<TlsInspection> {
  const port = server.port === 0 ? (startTls === null ? 443 : PORTS[startTls]) : server.port;
  const peer = { host: server.host, port };
  const deadline = silenceDeadline(clock, server.timeouts.connectSeconds * 1000, signal);
  return await withinTime(deadline, peer, async (limit) => {
    const socket = await connected(peer, limit);
    try {
      if (startTls !== null) await beginTls(socket, startTls, limit);
      const tls = await handshake(socket, { peer, server, authorities }, limit);
      if ('problem' in tls) return { ...peer, ...NOTHING, problem: toErrorBody(tls.problem) };
      return { ...peer, ...described(tls.socket, server) };
    } finally {
      socket.destroy();
    }
  });
}

const NO_REMEDY = { authorityPem: '', fingerprint: '', serverName: '' };
const NOTHING = { protocol: '', cipher: '', chain: [], remedies: NO_REMEDY };

function connected(peer: Peer, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ ...peer, noDelay: true, signal });
    socket.once('error', (error) => {
      reject(networkError(error, peer) ?? error);
    });
    socket.once('connect', () => {
      // Late errors of a socket that nobody reads any more.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

type Shake = {
  readonly peer: Peer;
  readonly server: TlsQuestion['server'];
  readonly authorities: TlsAuthorities;
};

function handshake(
  socket: Socket,
  { peer, server, authorities }: Shake,
  signal: AbortSignal,
): Promise<{ readonly socket: TLSSocket } | { readonly problem: AppError }> {
  const { trust, host } = server;
  const name = trust.serverName || (isIP(host) === 0 ? host : '');
  return new Promise((resolve, reject) => {
    const tls = connectTls({
      socket,
      host,
      secureContext: authorities.context(trust),
      ...(name === '' ? {} : { servername: name }),
      rejectUnauthorized: false,
    });
    const stop = (): void => {
      reject(new CancelledError());
      tls.destroy();
    };
    signal.addEventListener('abort', stop, { once: true });
    const fail = (error: unknown): void => {
      resolve({ problem: networkError(error, peer) ?? toAppError(error) });
    };
    tls.on('error', fail);
    tls.once('close', () => {
      fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    });
    tls.once('secureConnect', () => {
      signal.removeEventListener('abort', stop);
      resolve({ socket: tls });
    });
  });
}

function described(tls: TLSSocket, server: TlsQuestion['server']) {
  const leaf = tls.getPeerX509Certificate();
  const chain = certificatesOf(leaf);
  const wrong = judgePeer(tls, leaf, { host: server.host, trust: server.trust });
  const problem = wrong === null ? null : toErrorBody(wrong);
  return {
    protocol: tls.getProtocol() ?? '',
    cipher: tls.getCipher().standardName,
    problem,
    chain,
    remedies: remediesFor(problem, leaf, chain),
  };
}

function remediesFor(
  problem: ErrorBody | null,
  leaf: X509Certificate | undefined,
  chain: readonly TlsCertificate[],
): TlsInspection['remedies'] {
  if (problem === null || leaf === undefined) return NO_REMEDY;
  const top = chain.at(-1);
  const isUnknown = problem.code === 'tls.unknownAuthority' || problem.code === 'tls.selfSigned';
  const [name = ''] = chain[0]?.names ?? [];
  return {
    authorityPem: isUnknown && top?.isAuthority === true ? top.pem : '',
    fingerprint: leaf.fingerprint256,
    serverName: problem.code === 'tls.wrongName' && !name.includes('*') ? name : '',
  };
}
