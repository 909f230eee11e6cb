// What nodemailer and SMTP servers say, as errors of the program. nodemailer keeps the system's code in `originalCode`;
// SMTP's replies are judged by code, and by the enhanced code where Microsoft needs it. Pure.
import { AppError, AuthError, ConfigError, RefusedError, TransientError } from '../../../errors.ts';
import { networkError, type Peer } from '../../../net/net-errors.ts';
import { handshakeError } from '../../../net/tls-errors.ts';

/** The parts of a nodemailer error that are looked at. */
export type SmtpFailure = {
  readonly code: string;
  readonly originalCode: string;
  readonly command: string;
  /** Reply code; 0 where the server said nothing. */
  readonly responseCode: number;
  readonly response: string;
  readonly timeoutType: string;
  readonly message: string;
};

export function readFailure(thrown: unknown): SmtpFailure {
  const text = (name: string): string => {
    const value: unknown = thrown instanceof Object ? Reflect.get(thrown, name) : undefined;
    return typeof value === 'string' ? value : '';
  };
  const replyCode: unknown =
    thrown instanceof Object ? Reflect.get(thrown, 'responseCode') : undefined;
  return {
    code: text('code'),
    originalCode: text('originalCode'),
    command: text('command'),
    responseCode: typeof replyCode === 'number' ? replyCode : 0,
    response: oneLine(text('response')),
    timeoutType: text('timeoutType'),
    message: thrown instanceof Error ? thrown.message : String(thrown),
  };
}

/** `isToken`: the sign-in was tried with an access token. AppErrors pass unchanged. */
export function smtpError(
  thrown: unknown,
  { peer, isToken }: { readonly peer: Peer; readonly isToken: boolean },
): AppError {
  if (thrown instanceof AppError) return thrown;
  const failure = readFailure(thrown);
  const { code, responseCode, response: text } = failure;
  const extra = { cause: thrown };
  const { host } = peer;
  if (code !== 'ETLS' && wantsEncryption(failure)) {
    const field = 'config.server.tls';
    return new ConfigError('smtp.encryptionRequired', { host, text }, { ...extra, field });
  }
  if (code === 'EAUTH' || failure.command.startsWith('AUTH')) {
    return signInError(failure, { host, isToken, cause: thrown });
  }
  if (code === 'ETLS') return tlsError(failure, peer, thrown);
  if (responseCode === 0) return connectionError(failure, peer, thrown);
  if (responseCode === 421) return new TransientError('smtp.busy', { host, text }, extra);
  if (failure.command === 'CONN') {
    // A 5xx greeting (554) is about this machine's address, not about a message.
    return new TransientError('smtp.connectionRefused', { host, text }, extra);
  }
  if (responseCode === 530) {
    const field = 'config.accountId';
    return new ConfigError('smtp.signInRequired', { host, text }, { ...extra, field });
  }
  if (isTemporary(responseCode)) return new TransientError('smtp.temporary', { host, text }, extra);
  return refusal(failure, extra);
}

/** 538 (RFC 4954 §6), 530 "Must issue a STARTTLS command first" (RFC 3207 §4), Exchange's `451 5.7.3 STARTTLS is required`. */
const wantsEncryption = ({ responseCode, response }: SmtpFailure): boolean =>
  responseCode === 538 ||
  /\b(?:issue an? STARTTLS|STARTTLS (?:command )?(?:first|is required|required))\b/i.test(response);

/** 503 is about the order of commands: the same message may pass on a new connection. */
export const isTemporary = (code: number): boolean => code < 500 || code === 503;

/** Whether the next message would fail in the same way. */
export function isConnectorTrouble(error: AppError): boolean {
  if (error.kind === 'config' || error.kind === 'auth') return true;
  return /^(?:net|tls)\./.test(error.code) || CONNECTOR_CODES.has(error.code);
}

const CONNECTOR_CODES = new Set([
  'smtp.busy',
  'smtp.connectionRefused',
  'smtp.noGreeting',
  'smtp.signInLater',
]);

export const oneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ').trim();

type SignIn = { readonly host: string; readonly isToken: boolean; readonly cause: unknown };

function signInError(failure: SmtpFailure, { host, isToken, cause }: SignIn): AppError {
  const { response: text, responseCode } = failure;
  const extra = { cause };
  if (responseCode === 0 && failure.response === '') {
    return new ConfigError('smtp.noMechanism', { host }, { ...extra, field: 'config.accountId' });
  }
  if (responseCode >= 400 && responseCode < 500) {
    return new TransientError('smtp.signInLater', { host, text }, extra);
  }
  if (BASIC_AUTH_OFF.test(text)) return new AuthError('smtp.passwordsOff', { host, text }, extra);
  const code = isToken ? 'smtp.tokenRefused' : 'smtp.signInRefused';
  return new AuthError(code, { host, text }, extra);
}

/** Exchange Online: `550 5.7.30 Basic authentication is not supported`, `535 5.7.139 … basic authentication is disabled`. */
const BASIC_AUTH_OFF =
  /\b5\.7\.30\b|basic auth\w* is (?:disabled|not supported)|SmtpClientAuthentication is disabled/i;

function tlsError(failure: SmtpFailure, peer: Peer, cause: unknown): AppError {
  const { host, port } = peer;
  if (failure.command === 'STARTTLS' && failure.response !== '') {
    const params = { host, text: failure.response };
    return new ConfigError('smtp.noStartTls', params, { cause, field: 'config.server.tls' });
  }
  return (
    handshakeError(failure.originalCode, port, cause) ??
    new TransientError('net.reset', { host, port }, { cause })
  );
}

function connectionError(failure: SmtpFailure, peer: Peer, cause: unknown): AppError {
  const { host, port } = peer;
  if (failure.timeoutType === 'GREETING_TIMEOUT') {
    return new TransientError('smtp.noGreeting', { host, port }, { cause });
  }
  if (failure.code === 'ETIMEDOUT')
    return new TransientError('net.timeout', { host, port }, { cause });
  const system = failure.originalCode || failure.code;
  const known = networkError(
    Object.assign(new Error(failure.message, { cause }), { code: system }),
    peer,
  );
  return (
    handshakeError(system, port, cause) ??
    known ??
    new TransientError('net.reset', { host, port }, { cause })
  );
}

function refusal(failure: SmtpFailure, extra: { readonly cause: unknown }): AppError {
  const { command, response: text, responseCode } = failure;
  if (responseCode === 552 || /\b5\.3\.4\b/.test(text)) {
    return new RefusedError('smtp.tooLarge', { text }, extra);
  }
  if (command === 'MAIL FROM') return new RefusedError('smtp.senderRefused', { text }, extra);
  if (command === 'RCPT TO') return new RefusedError('smtp.recipientsRefused', { text }, extra);
  return new RefusedError('smtp.messageRefused', { text }, extra);
}
