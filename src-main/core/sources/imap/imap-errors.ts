// What imapflow, Node and the server's own words mean for us. Pure: table-tested. A server's answer decides
// before a library's code, since libraries call every failed sign-in a wrong password.
import {
  AppError,
  AuthError,
  CancelledError,
  ConfigError,
  RefusedError,
  TransientError,
} from '../../errors.ts';
import { codeOf, networkError, type Peer } from '../../net/net-errors.ts';

export type ServerAnswer = {
  readonly status: 'OK' | 'NO' | 'BAD' | 'BYE';
  /** Response code in capitals (`TRYCREATE`), or empty. */
  readonly code: string;
  /** What follows the code in its brackets: `38505 304 3956` of `[COPYUID 38505 304 3956]`. */
  readonly codeArguments: string;
  readonly text: string;
};

export type ErrorContext = {
  readonly peer: Peer;
  readonly method: 'password' | 'token';
  readonly connectSeconds: number;
  /** Why the connection ended, as the socket saw it; null while it lives. */
  readonly failure: AppError | null;
};

/** Response codes (RFC 5530, RFC 9051 §7.1) of troubles that pass. */
const PASSING = new Set([
  'UNAVAILABLE',
  'INUSE',
  'SERVERBUG',
  'LIMIT',
  'CONTACTADMIN',
  'OVERQUOTA',
]);
const BAD_CREDENTIALS = new Set(['AUTHENTICATIONFAILED', 'AUTHORIZATIONFAILED', 'EXPIRED']);

/** Anything thrown by imapflow while it connects, signs in or carries out a command. */
export function imapError(thrown: unknown, context: ErrorContext): AppError {
  if (thrown instanceof AppError) return thrown;
  const facts = readFacts(thrown);
  const { peer, failure } = context;
  if (facts.throttleMs > 0) {
    const retryAfterSeconds = Math.ceil(facts.throttleMs / 1000);
    return new TransientError('imap.throttled', {}, { cause: thrown, retryAfterSeconds });
  }
  if (facts.isTlsFailed && facts.code === '') {
    return new ConfigError('starttls.notOffered', {}, { cause: thrown, field: 'tls' });
  }
  if (facts.isAuthentication) return signInError(facts, context, thrown);
  switch (facts.code) {
    case 'GREETING_TIMEOUT': {
      const seconds = context.connectSeconds;
      return new TransientError('imap.noGreeting', { seconds, port: peer.port }, { cause: thrown });
    }
    case 'CONNECT_TIMEOUT':
    case 'UPGRADE_TIMEOUT':
      return new TransientError('net.timeout', { ...peer }, { cause: thrown });
    case 'STARTTLS_INJECTION':
      return new ConfigError('starttls.injected', {}, { cause: thrown, field: 'tls' });
    case 'NoConnection':
    case 'EConnectionClosed':
    case 'StateLogout':
    case 'ClosedAfterConnectText':
    case 'ClosedAfterConnectTLS':
      if (facts.reason !== '') return bye(facts.reason);
      return failure ?? new TransientError('net.closed', { ...peer }, { cause: thrown });
  }
  if (facts.status !== null) return answerError(facts.status);
  const network = networkError(thrown, peer);
  if (network) return network;
  // imapflow's own parser and limit codes, and whatever its next release adds: the session is of no use.
  return failure ?? protocolError(facts.code === '' ? facts.message : facts.code, thrown);
}

/** What a NO or BAD means where nothing more is known about the command. */
export function answerError(answer: ServerAnswer): AppError {
  const text = answer.text.slice(0, 500);
  if (answer.status === 'BYE') return bye(text);
  if (PASSING.has(answer.code)) return new TransientError('imap.unavailable', { text });
  if (/authenticated but not connected/i.test(text)) {
    // Exchange: the password is right, but this account has no mailbox to open.
    return new ConfigError('imap.noMailbox', { text }, { field: 'accountId' });
  }
  return new TransientError('imap.refused', { text });
}

/** The folder cannot be opened. */
export function folderError(folder: string, answer: ServerAnswer): AppError {
  if (answer.status === 'BYE' || PASSING.has(answer.code)) return answerError(answer);
  const text = answer.text.slice(0, 500);
  if (answer.code === 'NOPERM' || /permission|denied|access/i.test(text)) {
    return new ConfigError('imap.folderForbidden', { folder, text }, { field: 'folder' });
  }
  if (/not connected/i.test(text)) return answerError(answer);
  return new ConfigError('imap.folderMissing', { folder, text }, { field: 'folder' });
}

export function bye(text: string): AppError {
  return new TransientError('imap.bye', { text: text.slice(0, 500) });
}

export function silence(seconds: number): AppError {
  return new TransientError('imap.silent', { seconds });
}

/** The server broke the rules of the protocol; `detail` is for the log and the curious. */
export function protocolError(detail: string, cause?: unknown): AppError {
  return new TransientError('imap.protocol', { detail: detail.slice(0, 200) }, { cause });
}

/** The end of a socket: with an error, or (null) closed by the other side. */
export function connectionGone(error: unknown, peer: Peer): AppError {
  if (error === null) return new TransientError('net.closed', { ...peer });
  const detail = error instanceof Error ? error.message : 'unknown';
  return networkError(error, peer) ?? protocolError(detail, error);
}

export function partUnreadable(part: string): AppError {
  return new RefusedError('imap.partUnreadable', { part });
}

function signInError(facts: Facts, context: ErrorContext, cause: unknown): AppError {
  const text = facts.text.slice(0, 500);
  const { code } = facts.status ?? { code: '' };
  if (context.failure && context.failure.kind !== 'cancelled' && facts.status === null) {
    return context.failure;
  }
  if (PASSING.has(code) || /too many|try again|temporar/i.test(text)) {
    return new TransientError('imap.unavailable', { text }, { cause });
  }
  if (code === 'PRIVACYREQUIRED' || /login is disabled/i.test(facts.message)) {
    return new ConfigError('imap.loginDisabled', { text }, { cause, field: 'tls' });
  }
  if (/matching authentication|unsupported authentication/i.test(facts.message)) {
    return new ConfigError('imap.authUnsupported', { method: context.method }, { cause });
  }
  if (code !== '' && !BAD_CREDENTIALS.has(code) && code !== 'ALERT') {
    return new AuthError('imap.signInRefused', { code, text }, { cause });
  }
  return context.method === 'token'
    ? new AuthError('imap.tokenRefused', { text }, { cause })
    : new AuthError('imap.passwordRefused', { text }, { cause });
}

type Facts = {
  readonly code: string;
  readonly message: string;
  readonly reason: string;
  readonly text: string;
  readonly status: ServerAnswer | null;
  readonly isAuthentication: boolean;
  readonly isTlsFailed: boolean;
  readonly throttleMs: number;
};

function readFacts(thrown: unknown): Facts {
  const field = (name: string): unknown =>
    typeof thrown === 'object' && thrown !== null && name in thrown
      ? Reflect.get(thrown, name)
      : undefined;
  const string = (name: string): string => {
    const value = field(name);
    return typeof value === 'string' ? value : '';
  };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const text = string('responseText') || string('response');
  const status = string('responseStatus').toUpperCase();
  const throttle = field('throttleReset');
  return {
    code: codeOf(thrown) ?? '',
    message,
    reason: string('reason'),
    text,
    status:
      status === 'NO' || status === 'BAD' || status === 'BYE'
        ? {
            status,
            code: string('serverResponseCode').toUpperCase(),
            codeArguments: '',
            text,
          }
        : null,
    isAuthentication:
      field('authenticationFailed') === true || /authentication mechanism/i.test(message),
    isTlsFailed: field('tlsFailed') === true,
    throttleMs: typeof throttle === 'number' ? throttle : 0,
  };
}

export function isCancelled(error: AppError | null): boolean {
  return error instanceof CancelledError;
}
