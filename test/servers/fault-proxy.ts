// A TCP proxy in front of any server that breaks the connection in a chosen way at a chosen moment.
// It can speak TLS to the client and clear text to the server, so that patterns are seen under TLS too.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { TestCertificate } from './certificates.ts';
import { relay, type Cut, type Direction, type Fault, type Relay } from './fault-relay.ts';

export type { Cut, Direction, Fault } from './fault-relay.ts';

export type FaultProxyOptions = {
  /** Where the server listens, on 127.0.0.1. */
  readonly port: number;
  /** For every connection, or by its number: 1 is the first. */
  readonly faults?: readonly Fault[] | ((connection: number) => readonly Fault[]);
  /** Speak TLS with the client; the server is spoken to in clear. */
  readonly tls?: TestCertificate;
};

export type FaultProxy = {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** How many connections there were so far. */
  readonly connections: () => number;
  readonly openConnections: () => number;
  /** The first megabyte that arrived in a direction over all connections, before any fault. */
  readonly seen: (direction: Direction) => Buffer;
  /** For the connections to come. */
  readonly setFaults: (faults: NonNullable<FaultProxyOptions['faults']>) => void;
  /** Cuts every open connection. */
  readonly cutNow: (how: Cut) => Promise<void>;
  /** Ends all connections and the listener. */
  readonly close: () => Promise<void>;
  /** The same as close, for useServer. */
  readonly stop: () => Promise<void>;
};

const SEEN_BYTES = 1 << 20;

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  let faults = options.faults ?? [];
  let count = 0;
  const open = new Set<Relay>();
  const seen = { toServer: Buffer.alloc(0), toClient: Buffer.alloc(0) };

  const accept = (raw: Socket) => {
    const client = options.tls === undefined ? raw : secured(raw, options.tls);
    const server = connect({
      ...{ host: '127.0.0.1', port: options.port, noDelay: true, allowHalfOpen: true },
    });
    count++;
    const connection = relay({
      ...{ client, server, raw, faults: typeof faults === 'function' ? faults(count) : faults },
      onData: (direction, chunk) => {
        const room = SEEN_BYTES - seen[direction].length;
        if (room > 0) seen[direction] = Buffer.concat([seen[direction], chunk.subarray(0, room)]);
      },
      onClosed: () => open.delete(connection),
    });
    open.add(connection);
  };
  const listener = createServer({ noDelay: true, allowHalfOpen: true }, accept);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  const close = async () => {
    if (!listener.listening) return;
    const closed = once(listener, 'close');
    listener.close();
    for (const connection of open) connection.destroy();
    await closed;
  };
  return {
    host: '127.0.0.1',
    port: (listener.address() as AddressInfo).port,
    connections: () => count,
    openConnections: () => open.size,
    seen: (direction) => seen[direction],
    setFaults: (next) => {
      faults = next;
    },
    cutNow: async (how) => {
      await Promise.all([...open].map((connection) => connection.cut(how)));
    },
    close,
    stop: close,
  };
}

// Wrapped by hand and not by tls.createServer: only the raw socket can be reset.
function secured(raw: Socket, { keyPem, certPem }: TestCertificate): TLSSocket {
  return new TLSSocket(raw, { isServer: true, key: keyPem, cert: certPem });
}
