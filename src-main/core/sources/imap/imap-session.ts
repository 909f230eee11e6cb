// One signed-in connection for one run: imapflow opens it, the wire works on it. imapflow is loaded only when a
// run needs it (0.1 s, 30 MiB).
import type { ServerAddress } from '#contract/model/connection';
import { CancelledError, throwIfAborted, type AppError } from '../../errors.ts';
import type { Link, LinkStage } from '../../net/link.ts';
import type { TlsAuthorities } from '../../net/tls-trust.ts';
import type { Logger } from '../../ports.ts';
import type { Credentials } from '../source.ts';
import { createTap } from './connection-tap.ts';
import { imapError } from './imap-errors.ts';
import { createMailboxes, type Mailboxes } from './mailbox.ts';
import { createWire, type Wire } from './wire.ts';
import type { ImapFlow } from 'imapflow';

export type SessionOptions = {
  readonly server: ServerAddress;
  readonly credentials: Credentials;
  readonly authorities: TlsAuthorities;
  readonly logger: Logger;
  /** Whether messages are going to be marked, moved or deleted. */
  readonly isWritable: boolean;
  readonly onStage?: (stage: LinkStage | 'signedIn') => void;
};

export type ImapSession = {
  readonly wire: Wire;
  /** The folder that is open, shared by all who work on this connection. */
  readonly mailboxes: Mailboxes;
  /** One piece of work at a time: a folder opened in it stays open until it ends. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly has: (capability: string) => boolean;
  /** All that the server announces, separated by blanks. */
  readonly capabilities: () => string;
  /** A call of imapflow; its failures come out as AppErrors. */
  readonly call: <T>(work: (client: ImapFlow) => Promise<T>, signal: AbortSignal) => Promise<T>;
  /** Why the connection ended; null while it lives. */
  readonly failure: () => AppError | null;
  readonly link: () => Link | null;
  /** Never throws. */
  readonly close: () => void;
};

export function defaultPort(server: ServerAddress): number {
  if (server.port !== 0) return server.port;
  return server.tls === 'implicit' ? 993 : 143;
}

/** Rejects with AuthError, ConfigError or TransientError, or CancelledError as soon as the signal aborts. */
export async function openSession(
  options: SessionOptions,
  signal: AbortSignal,
): Promise<ImapSession> {
  throwIfAborted(signal);
  const { server, credentials, authorities, logger } = options;
  const port = defaultPort(server);
  const { ImapFlow } = await import('imapflow');
  const { trust } = server;
  const tls = server.tls === 'none' ? null : { trust, context: authorities.context(trust) };
  const tap = createTap({
    server,
    port,
    tls,
    onStage: (stage) => options.onStage?.(stage),
  });
  const connectMs = server.timeouts.connectSeconds * 1000;
  const client = new ImapFlow({
    host: server.host,
    port,
    secure: server.tls === 'implicit',
    ...(server.tls === 'implicit' ? {} : { doSTARTTLS: server.tls === 'starttls' }),
    auth: {
      user: credentials.user,
      ...(credentials.method === 'token'
        ? { accessToken: credentials.secret }
        : { pass: credentials.secret }),
    },
    logger: false,
    disableAutoIdle: true,
    // ENABLE CONDSTORE makes Dovecot spend 33 ms on opening a folder of 50,000; the rest is not needed here.
    disableAutoEnable: true,
    disableIMAP4rev2: true,
    disableCompression: true,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    // What goes through imapflow's own parser is short: folder lists and answers.
    maxLineLength: 1_000_000,
    maxLiteralSize: 1_000_000,
    maxResponseSize: 8_000_000,
    transport: tap.transport,
  });
  // Never without a listener; the reason arrives by the call that failed, and in tap.failure().
  client.on('error', () => undefined);
  const errorContext = () => ({
    peer: { host: server.host, port },
    method: credentials.method,
    connectSeconds: server.timeouts.connectSeconds,
    failure: tap.failure(),
  });
  const onAbort = () => {
    tap.fail(new CancelledError());
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await client.connect();
    options.onStage?.('signedIn');
  } catch (thrown) {
    const error = signal.aborted ? new CancelledError() : imapError(thrown, errorContext());
    tap.fail(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  tap.give('wire');
  tap.expectAnswer(false);
  const wire = createWire(tap, logger);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    wire,
    mailboxes: createMailboxes(wire, options.isWritable),
    inTurn: (work) => {
      const result = turn.then(work);
      turn = result.catch(() => undefined);
      return result;
    },
    has: (capability) => client.capabilities.has(capability),
    capabilities: () => [...client.capabilities.keys()].join(' '),
    call: (work, callSignal) =>
      wire.session(async () => {
        try {
          return await work(client);
        } catch (thrown) {
          throw callSignal.aborted ? new CancelledError() : imapError(thrown, errorContext());
        }
      }, callSignal),
    failure: tap.failure,
    link: tap.link,
    close: () => {
      tap.leave();
    },
  };
}
