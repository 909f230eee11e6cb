// One signed-in SMTP connection: TLS as the form says and never less, the certificate judged before a password goes out,
// a time limit on every stage. nodemailer speaks the protocol.
import { once } from 'node:events';
import type { X509Certificate } from 'node:crypto';
import { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { isIP } from 'node:net';
import SMTPConnection, {
  type SMTPConnectionCustomAuthHandler,
} from 'nodemailer/lib/smtp-connection';
import type { SmtpConfig } from '#contract/model/router';
import type { Credentials } from '../../../accounts/credentials.ts';
import { type AppError, CancelledError, ConfigError } from '../../../errors.ts';
import type { Peer } from '../../../net/net-errors.ts';
import { certificateError } from '../../../net/tls-errors.ts';
import { judgePeer, type TlsAuthorities } from '../../../net/tls-trust.ts';
import type { Envelope } from '../connector.ts';
import { smtpError } from './smtp-errors.ts';

export type SmtpStage = 'resolved' | 'connected' | 'secured' | 'greeted' | 'signedIn';

export type OpenSession = {
  readonly config: SmtpConfig;
  readonly credentials: Credentials | null;
  readonly authorities: TlsAuthorities;
  readonly signal: AbortSignal;
  readonly onStage?: (stage: SmtpStage) => void;
};

export type Secured = { readonly protocol: string; readonly certificate: X509Certificate };

export interface SmtpSession {
  /** Lines of the answer to EHLO, in capitals: `SIZE 10240000`, `SMTPUTF8`… */
  readonly extensions: readonly string[];
  readonly secured: Secured | null;
  /** Largest message the server takes; 0 = not said. */
  readonly maxBytes: number;
  readonly isOpen: () => boolean;
  /** Resolves with nodemailer's account of it; rejects with nodemailer's error. */
  send(envelope: Envelope & { readonly size: number }, message: Readable): Promise<SentInfo>;
  /** How long the server may be silent from now on. */
  setPatience(ms: number): void;
  /** QUIT, without waiting. */
  quit(): void;
  /** At once; what was under way never answers. */
  destroy(): void;
}

export type SentInfo = {
  readonly accepted: readonly string[];
  readonly rejectedErrors?: readonly unknown[] | undefined;
  readonly response: string;
};

const DEFAULT_PORTS = { implicit: 465, starttls: 587, none: 25 } as const;

export function peerOf({ server }: SmtpConfig): Peer {
  return { host: server.host, port: server.port === 0 ? DEFAULT_PORTS[server.tls] : server.port };
}

/** Throws AppErrors: network, TLS, sign-in; CancelledError when the signal aborts. */
export async function openSession(options: OpenSession): Promise<SmtpSession> {
  const { config, credentials, signal } = options;
  if (signal.aborted) throw new CancelledError();
  const watch = createWatch(options);
  const connection = new SMTPConnection(connectionOptions(options, watch));
  watch.observe(connection);
  const translate = (thrown: unknown): AppError =>
    watch.distrust() ??
    smtpError(thrown, { peer: peerOf(config), isToken: credentials?.method === 'token' });
  const abort = abortion(signal);
  // Stays for good: an error event without listener would end the process.
  const failed = new Promise<never>((_, reject) => connection.on('error', reject));
  failed.catch(() => undefined);
  try {
    await Promise.race([abort.promise, failed, connected(connection)]);
    const wrong = watch.verdict();
    if (wrong !== null) throw wrong;
    options.onStage?.('greeted');
    if (credentials !== null) {
      await Promise.race([abort.promise, failed, signIn(connection, credentials, config)]);
    }
    options.onStage?.('signedIn');
    return sessionOf(connection, watch, failed);
  } catch (thrown) {
    destroy(connection);
    throw translate(thrown);
  } finally {
    abort.end();
  }
}

function connectionOptions({ config, authorities }: OpenSession, watch: Watch) {
  const { server } = config;
  const { host, port } = peerOf(config);
  const name = server.trust.serverName || (isIP(host) === 0 ? host : '');
  const connectMs = server.timeouts.connectSeconds * 1000;
  const answerMs = server.timeouts.answerSeconds * 1000;
  return {
    host,
    port,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'starttls',
    ignoreTLS: server.tls === 'none',
    dnsTimeout: connectMs,
    connectionTimeout: connectMs,
    greetingTimeout: answerMs,
    // A little longer: a server that says nothing at all is told apart from one that stops.
    socketTimeout: answerMs + 500,
    socketCloseTimeout: 2000,
    allowInternalNetworkInterfaces: true,
    transactionLog: true,
    logger: watch.logger,
    tls: {
      // Not where nothing is encrypted: to read the authorities of the system takes a tenth of a second.
      ...(server.tls === 'none' ? {} : { secureContext: authorities.context(server.trust) }),
      // Not the end of checking: `distrust` refuses with the certificate's own facts, before any sign-in.
      rejectUnauthorized: false,
      ...(name === '' ? {} : { servername: name }),
    },
    customAuth: { XOAUTH2: bearer },
  };
}

/** The answer to a refused token is a challenge with the reason; only an empty line brings the refusal itself. */
const bearer: SMTPConnectionCustomAuthHandler = async (context) => {
  const { user = '', pass = '' } = context.auth.credentials;
  const token = Buffer.from(`user=${user}\u0001auth=Bearer ${pass}\u0001\u0001`).toString('base64');
  let answer = await context.sendCommand(`AUTH XOAUTH2 ${token}`);
  if (answer.status === 334) answer = await context.sendCommand('');
  if (answer.status < 200 || answer.status >= 300) {
    const failure = { code: 'EAUTH', responseCode: answer.status, response: answer.response };
    throw Object.assign(new Error('token refused'), failure);
  }
};

function connected(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function signIn(
  connection: SMTPConnection,
  { user, secret, method }: Credentials,
  config: SmtpConfig,
): Promise<void> {
  if (!connection.allowsAuth) {
    const field = 'config.accountId';
    throw new ConfigError('smtp.noSignIn', { host: config.server.host }, { field });
  }
  return new Promise((resolve, reject) => {
    const how = method === 'token' ? { method: 'XOAUTH2' } : {};
    connection.login({ user, pass: secret, ...how }, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function sessionOf(connection: SMTPConnection, watch: Watch, failed: Promise<never>): SmtpSession {
  let isOpen = true;
  connection.once('end', () => {
    isOpen = false;
  });
  const extensions = watch.extensions();
  const size = extensions.find((line) => /^SIZE(?: |$)/.test(line))?.slice(5) ?? '';
  return {
    extensions,
    secured: watch.secured(),
    maxBytes: Number(size) || 0,
    isOpen: () => isOpen && !connection.destroyed,
    send: ({ sender, recipients, size: bytes }, message) => {
      const sent = new Promise<SentInfo>((resolve, reject) => {
        const envelope = { from: sender, to: [...recipients], size: bytes };
        connection.send(envelope, message, (error, info) => {
          if (error) reject(error);
          else resolve(info);
        });
      });
      return Promise.race([failed, sent]);
    },
    setPatience: (ms) => {
      if (connection._socket) connection._socket.setTimeout(ms);
    },
    quit: () => {
      isOpen = false;
      connection.quit();
    },
    destroy: () => {
      isOpen = false;
      destroy(connection);
    },
  };
}

function destroy(connection: SMTPConnection): void {
  const socket = connection._socket;
  connection.close();
  if (socket) socket.destroy();
}

type Watch = ReturnType<typeof createWatch>;

/** nodemailer tells its logger what happens the moment it does; Node forgets the certificate soon after the handshake. */
function createWatch({ config, onStage }: OpenSession) {
  let connection: SMTPConnection | undefined;
  let secured: Secured | null = null;
  let wrong: AppError | null = null;
  let isJudged = false;
  let asked = '';
  let ehlo: readonly string[] = [];
  const look = (entry: object, message: unknown): void => {
    const kind: unknown = Reflect.get(entry, 'tnx');
    if (kind === 'dns') onStage?.('resolved');
    if (kind === 'network' && String(message).includes('established')) onStage?.('connected');
    if (kind === 'client') asked = String(message);
    if (kind === 'server' && asked.startsWith('EHLO')) ehlo = linesOf(String(message));
    judge();
  };
  /** As soon as the handshake has shown a certificate. */
  const judge = (): void => {
    const socket = connection?._socket;
    if (isJudged || !(socket instanceof TLSSocket)) return;
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined || socket.getProtocol() === null) return;
    isJudged = true;
    const { host, trust } = config.server;
    wrong = judgePeer(socket, certificate, { host, trust });
    secured = { protocol: socket.getProtocol() ?? '', certificate };
    if (wrong === null) onStage?.('secured');
  };
  const take = (entry: unknown, message?: unknown): void => {
    if (entry instanceof Object) look(entry, message);
  };
  return {
    observe: (observed: SMTPConnection) => {
      connection = observed;
    },
    logger: {
      level: () => undefined,
      trace: take,
      debug: take,
      info: take,
      warn: take,
      error: take,
      fatal: take,
    },
    secured: () => secured,
    extensions: () => ehlo,
    distrust: (): AppError | null => wrong,
    /** Clear connections have no certificate to judge, by choice; any other must have shown one. */
    verdict: (): AppError | null => {
      if (isJudged || config.server.tls === 'none') return wrong;
      return certificateError(null, undefined, config.server.host);
    },
  };
}

const linesOf = (reply: string): string[] =>
  reply
    .split(/\r?\n/)
    .slice(1)
    .map((line) =>
      line
        .replace(/^\d+[ -]/, '')
        .trim()
        .toUpperCase(),
    );

function abortion(signal: AbortSignal) {
  const over = new AbortController();
  const promise = once(signal, 'abort', { signal: over.signal }).then(() => {
    throw new CancelledError();
  });
  promise.catch(() => undefined);
  return {
    promise,
    end: () => {
      over.abort();
    },
  };
}
