// One TCP or TLS connection read through a single 64 KiB buffer: the bytes a receiver gets are valid
// during the call only. Whoever holds the link stops the server by TCP itself.
import type { X509Certificate } from 'node:crypto';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { TlsTrust } from '#contract/model/connection';
import type { Peer } from './net-errors.ts';
import { judgePeer } from './tls-trust.ts';

export type LinkStage = 'resolved' | 'connected' | 'secured';

export type LinkEvents = {
  readonly onStage: (stage: LinkStage) => void;
  /** Connected, and secured if that was asked for. */
  readonly onReady: (link: Link) => void;
  /** The buffer is reused: copy what must last. */
  readonly onBytes: (chunk: Buffer) => void;
  /** Once, at the end of the connection's life: an error, or null when the other side ended it. */
  readonly onGone: (error: unknown) => void;
};

export type TlsWish = { readonly trust: TlsTrust; readonly context: SecureContext };

/** Taken at the handshake: Node forgets the certificate when the first session ticket comes. */
export type Secured = {
  /** `TLSv1.3` */
  readonly protocol: string;
  readonly certificate: X509Certificate;
};

export type Link = {
  readonly socket: Socket;
  /** What the handshake showed; null before it, or when the connection is clear. */
  readonly secured: () => Secured | null;
  /** Delivers no more bytes until `release`; what had already been read is kept. */
  readonly hold: () => void;
  readonly release: () => void;
  readonly write: (data: string | Buffer) => void;
  /** Its end is no longer reported: somebody else owns the connection now. */
  readonly detach: () => void;
};

/** 64 KiB: larger reads become strings that V8 maps and unmaps one by one, which doubles the CPU. */
const READ_BYTES = 65_536;

/** Opens a connection; with `secure`, TLS from the first byte. The link is usable only after `onReady`. */
export function openLink(peer: Peer, secure: TlsWish | null, events: LinkEvents): Link {
  const inlet = createInlet(events.onBytes);
  const onread = {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback: (count: number, buffer: Uint8Array) =>
      inlet.take(Buffer.from(buffer.buffer, buffer.byteOffset, count)),
  };
  const common = { host: peer.host, port: peer.port, noDelay: true, keepAlive: true, onread };
  const tls = secure ? connectTls({ ...common, ...tlsOptions(peer.host, secure) }) : null;
  const socket = tls ?? connectTcp(common);
  if (isIP(peer.host) !== 0) events.onStage('resolved');
  socket.once('lookup', (error) => {
    // Null or missing when the name was found, whatever the declaration says.
    if (!error) events.onStage('resolved');
  });
  const facts = createSecuredFacts();
  const link = createLink(socket, facts.get, inlet, events);
  socket.once('connect', () => {
    events.onStage('connected');
    if (!tls) events.onReady(link);
  });
  if (tls && secure) {
    whenSecure(tls, peer.host, secure.trust, (secured) => {
      facts.set(secured);
      events.onStage('secured');
      events.onReady(link);
    });
  }
  return link;
}

/** Starts TLS on an open clear link (STARTTLS); the old link must not be used any more. */
export function secureLink(clear: Link, peer: Peer, secure: TlsWish, events: LinkEvents): Link {
  clear.detach();
  const inlet = createInlet(events.onBytes);
  const tls = connectTls({ socket: clear.socket, ...tlsOptions(peer.host, secure) });
  // Node takes no read buffer of ours for a socket over a socket.
  tls.on('data', (chunk: Buffer) => inlet.take(chunk));
  const facts = createSecuredFacts();
  const link = createLink(tls, facts.get, inlet, events);
  whenSecure(tls, peer.host, secure.trust, (secured) => {
    facts.set(secured);
    events.onStage('secured');
    events.onReady(link);
  });
  return link;
}

function tlsOptions(host: string, { trust, context }: TlsWish) {
  const name = trust.serverName || (isIP(host) === 0 ? host : '');
  // `host` is what the certificate is compared with when no server name is sent (an IP address).
  return {
    host,
    secureContext: context,
    ...(name === '' ? {} : { servername: name }),
    // Not the end of checking: judgePeer() refuses with the certificate's own facts. See there.
    rejectUnauthorized: false,
  };
}

function whenSecure(
  tls: TLSSocket,
  host: string,
  trust: TlsTrust,
  onSecured: (secured: Secured) => void,
): void {
  tls.once('secureConnect', () => {
    const certificate = tls.getPeerX509Certificate();
    const wrong = judgePeer(tls, certificate, { host, trust });
    if (wrong) tls.destroy(wrong);
    else if (certificate) onSecured({ protocol: tls.getProtocol() ?? '', certificate });
  });
}

function createSecuredFacts() {
  let facts: Secured | null = null;
  return {
    get: () => facts,
    set: (secured: Secured) => {
      facts = secured;
    },
  };
}

/** Returns what stops the reporting. */
function reportEnd(socket: Socket, onGone: LinkEvents['onGone']): () => void {
  let isReported = false;
  const report = (error: unknown) => {
    if (isReported) return;
    isReported = true;
    onGone(error);
  };
  // Stays attached for good: a late error without listener would end the process.
  socket.on('error', report);
  socket.once('end', () => {
    report(null);
  });
  socket.once('close', () => {
    report(null);
  });
  return () => {
    isReported = true;
  };
}

type Inlet = {
  /** False = read no more for now. */
  readonly take: (chunk: Buffer) => boolean;
  readonly hold: () => void;
  /** True when the socket may be read again. */
  readonly release: () => boolean;
};

// TLS goes on handing over what it has decrypted after it was told to stop: that is kept here.
function createInlet(deliver: (chunk: Buffer) => void): Inlet {
  let isHeld = false;
  const backlog: Buffer[] = [];
  return {
    take(chunk) {
      if (isHeld) backlog.push(Buffer.from(chunk));
      else deliver(chunk);
      return !isHeld;
    },
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
      while (!isHeld) {
        const chunk = backlog.shift();
        if (!chunk) break;
        deliver(chunk);
      }
      return !isHeld;
    },
  };
}

function createLink(
  socket: Socket,
  secured: () => Secured | null,
  inlet: Inlet,
  events: LinkEvents,
): Link {
  return {
    detach: reportEnd(socket, events.onGone),
    socket,
    secured,
    hold() {
      inlet.hold();
      socket.pause();
    },
    release() {
      if (inlet.release()) socket.resume();
    },
    write(data) {
      socket.write(data);
    },
  };
}
