// What a POP3 server's refusals mean for us. Pure: table-tested. Response codes (RFC 2449 §8, RFC 3206) decide where the server
// sends them; its own words only where it sends none.
import { AppError, AuthError, ConfigError, GoneError, TransientError } from '../../errors.ts';
import { networkError, type Peer } from '../../net/net-errors.ts';

export type PopReply = {
  readonly status: 'ok' | 'error' | 'continue';
  /** In capitals (`IN-USE`), or empty. */
  readonly code: string;
  readonly text: string;
};

const LOCKED_BOX =
  /(?:maildrop|mailbox|mail drop|popdrop).{0,40}(?:lock|in use|busy|open)|(?:already|unable to|cannot|can't|could not|failed to).{0,30}lock|another.{0,40}session/i;
const LOCKED_ACCOUNT =
  /(?:account|user|login|access).{0,60}(?:lock|disabled|blocked|suspend|expired|deactivat)/i;
const PASSING =
  /temporar|try again|later|too many|unavailable|timed? ?out|overload|internal (?:server )?error/i;
const NO_POP = /not enabled for POP|POP.{0,30}(?:is )?(?:not enabled|disabled|not allowed)/i;

export type SignIn = { readonly method: 'password' | 'token'; readonly loginDelaySeconds: number };

/** `-ERR` to USER, PASS, APOP or AUTH. */
export function signInError(reply: PopReply, { method, loginDelaySeconds }: SignIn): AppError {
  const text = shown(reply);
  const passing = passingError(reply, loginDelaySeconds);
  if (passing) return passing;
  if (reply.code === 'SYS/PERM' || NO_POP.test(reply.text)) {
    return new AuthError('pop.accountRefused', { text });
  }
  if (LOCKED_ACCOUNT.test(reply.text)) return new AuthError('pop.accountLocked', { text });
  if (
    /(?:TLS|SSL|STLS|plaintext|secure).{0,60}(?:required|disallowed|not allowed|first)|(?:required|use|needs?|only).{0,20}\b(?:TLS|SSL|STLS)\b/i.test(
      reply.text,
    )
  ) {
    return new ConfigError('pop.loginDisabled', { text }, { field: 'server.tls' });
  }
  if (reply.code === '' && PASSING.test(reply.text))
    return new TransientError('pop.unavailable', { text });
  const refused = method === 'token' ? 'pop.tokenRefused' : 'pop.passwordRefused';
  return new AuthError(refused, { text });
}

/** `-ERR` to any other command; `what` is the command. */
export function commandError(reply: PopReply, what: string): AppError {
  const text = shown(reply);
  const passing = passingError(reply, 0);
  if (passing) return passing;
  const isGone =
    /no such message|not (?:found|exist)|(?:message|it).{0,30}(?:deleted|expunged|gone)|doesn't exist/i;
  if (/^(?:RETR|DELE|TOP)/.test(what) && isGone.test(reply.text)) return new GoneError('pop.gone');
  return new TransientError('pop.refused', { command: what.split(' ')[0] ?? '', text });
}

/** `-ERR` as the first word: the server sends us away. */
export function greetingError(reply: PopReply): AppError {
  return passingError(reply, 0) ?? new TransientError('pop.unavailable', { text: shown(reply) });
}

/** What QUIT says when it could not remove what was marked (RFC 1939 §6). */
export function quitError(reply: PopReply): AppError {
  return new TransientError('pop.notDeleted', { text: shown(reply) });
}

function passingError(reply: PopReply, loginDelaySeconds: number): AppError | null {
  const text = shown(reply);
  switch (reply.code) {
    case 'IN-USE':
      return new TransientError('pop.inUse', { text });
    case 'LOGIN-DELAY': {
      const retryAfterSeconds = loginDelaySeconds > 0 ? loginDelaySeconds : 300;
      return new TransientError('pop.loginDelay', { text }, { retryAfterSeconds });
    }
    case 'SYS/TEMP':
      return new TransientError('pop.unavailable', { text });
    case '':
      return LOCKED_BOX.test(reply.text) ? new TransientError('pop.inUse', { text }) : null;
    default:
      return null;
  }
}

export function silence(seconds: number): AppError {
  return new TransientError('pop.silent', { seconds });
}

/** Connected, and not a word: perhaps a port where TLS is spoken from the first byte. */
export function noGreeting(seconds: number, port: number): AppError {
  return new TransientError('pop.noGreeting', { seconds, port });
}

/** The server broke the rules of the protocol; `detail` is for the log and the curious. */
export function protocolError(detail: string, cause?: unknown): AppError {
  return new TransientError('pop.protocol', { detail: detail.slice(0, 200) }, { cause });
}

/** The end of a socket: with an error, or (null) closed by the other side. */
export function connectionGone(error: unknown, peer: Peer): AppError {
  if (error === null) return new TransientError('net.closed', { ...peer });
  const detail = error instanceof Error ? error.message : 'unknown';
  return networkError(error, peer) ?? protocolError(detail, error);
}

const shown = ({ code, text }: PopReply): string =>
  (code === '' ? text : `[${code}] ${text}`).slice(0, 500);
