// What failures mean, as a table.
import { expect, it } from 'vitest';
import { ConfigError, TransientError } from '#core/errors';
import {
  answerError,
  connectionGone,
  folderError,
  imapError,
  type ErrorContext,
  type ServerAnswer,
} from '#core/sources/imap/imap-errors';

const context: ErrorContext = {
  peer: { host: 'mail.example.org', port: 993 },
  method: 'password',
  connectSeconds: 30,
  failure: null,
};
const thrown = (message: string, fields: object = {}) => Object.assign(new Error(message), fields);
const refused = (code: string, text = 'no') =>
  thrown('Command failed', {
    ...{ authenticationFailed: true, responseStatus: 'NO', serverResponseCode: code },
    response: text,
  });

it.each([
  ['a wrong password', refused('AUTHENTICATIONFAILED'), 'auth imap.passwordRefused'],
  ['an expired password', refused('EXPIRED'), 'auth imap.passwordRefused'],
  ['a refusal without code', refused(''), 'auth imap.passwordRefused'],
  ['a directory that is away', refused('UNAVAILABLE'), 'transient imap.unavailable'],
  [
    'too many sessions, in words',
    refused('', 'Too many connections'),
    'transient imap.unavailable',
  ],
  ['an unknown response code', refused('WEBALERT'), 'auth imap.signInRefused'],
  [
    'no way to sign in',
    thrown('Unsupported authentication mechanism'),
    'config imap.authUnsupported',
  ],
  ['no STARTTLS', thrown('no', { tlsFailed: true }), 'config starttls.notOffered'],
  [
    'STARTTLS with something smuggled in',
    thrown('x', { code: 'STARTTLS_INJECTION', tlsFailed: true }),
    'config starttls.injected',
  ],
  ['no greeting', thrown('x', { code: 'GREETING_TIMEOUT' }), 'transient imap.noGreeting'],
  ['no connection in time', thrown('x', { code: 'CONNECT_TIMEOUT' }), 'transient net.timeout'],
  ['a BYE', thrown('x', { code: 'NoConnection', reason: 'going down' }), 'transient imap.bye'],
  ['a lost connection', thrown('x', { code: 'NoConnection' }), 'transient net.closed'],
  [
    'throttling',
    thrown('x', { code: 'ETHROTTLE', throttleReset: 92_415 }),
    'transient imap.throttled',
  ],
  ['an unknown name', thrown('x', { code: 'ENOTFOUND' }), 'transient net.nameUnknown'],
  ['a closed port', thrown('x', { code: 'ECONNREFUSED' }), 'transient net.refused'],
  [
    'several closed addresses',
    new AggregateError([thrown('x', { code: 'ECONNREFUSED' })]),
    'transient net.refused',
  ],
  ['a reset', thrown('x', { code: 'ECONNRESET' }), 'transient net.reset'],
  ['no route', thrown('x', { code: 'EHOSTUNREACH' }), 'transient net.unreachable'],
  [
    'clear text on a TLS port',
    thrown('x', { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }),
    'config tls.notTls',
  ],
  [
    'an old TLS',
    thrown('x', { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' }),
    'config tls.oldProtocol',
  ],
  [
    'another TLS failure',
    thrown('x', { code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' }),
    'config tls.handshake',
  ],
  ['an answer nobody can read', thrown('x', { code: 'ParserError11' }), 'transient imap.protocol'],
  [
    'a refused command',
    thrown('x', { responseStatus: 'NO', responseText: 'not now' }),
    'transient imap.refused',
  ],
  ['something else', 'a text', 'transient imap.protocol'],
])('%s', (_name, error, expected) => {
  const { kind, code } = imapError(error, context);
  expect(`${kind} ${code}`).toBe(expected);
});

it('calls a refused token a token', () => {
  const error = imapError(refused('AUTHENTICATIONFAILED'), { ...context, method: 'token' });
  expect(error.code).toBe('imap.tokenRefused');
});

it('takes over how long the server asked to wait', () => {
  const error = imapError(thrown('x', { code: 'ETHROTTLE', throttleReset: 92_415 }), context);
  expect(error.retryAfterSeconds).toBe(93);
});

it('knows from the socket why a connection was lost', () => {
  const failure = new ConfigError('tls.expired');
  expect(imapError(thrown('x', { code: 'NoConnection' }), { ...context, failure })).toBe(failure);
  expect(imapError(thrown('odd'), { ...context, failure })).toBe(failure);
});

it('passes errors that are ours already', () => {
  const error = new TransientError('imap.silent');
  expect(imapError(error, context)).toBe(error);
});

const answer = (code: string, text = ''): ServerAnswer => ({
  ...{ status: 'NO', code, codeArguments: '', text },
});

it.each([
  ['does not exist', answer('NONEXISTENT', 'Mailbox does not exist'), 'config imap.folderMissing'],
  ['has no code', answer('', 'Unknown Mailbox'), 'config imap.folderMissing'],
  ['is forbidden', answer('NOPERM', 'no'), 'config imap.folderForbidden'],
  ['is forbidden in words', answer('', 'Access denied'), 'config imap.folderForbidden'],
  ['is in use', answer('INUSE', 'locked'), 'transient imap.unavailable'],
  [
    'belongs to nobody',
    answer('', 'User is authenticated but not connected.'),
    'config imap.noMailbox',
  ],
])('a folder that %s', (_name, given, expected) => {
  const { kind, code } = folderError('Factures', given);
  expect(`${kind} ${code}`).toBe(expected);
});

it('cuts what a server says to a bearable length', () => {
  const { params } = answerError(answer('', 'x'.repeat(10_000)));
  expect(String(params['text'])).toHaveLength(500);
});

it('calls an end without reason closed', () => {
  expect(connectionGone(null, context.peer).code).toBe('net.closed');
  expect(connectionGone(thrown('odd'), context.peer).code).toBe('imap.protocol');
});
