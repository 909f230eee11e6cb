// What a server's refusals mean, one by one.
import { expect, it } from 'vitest';
import { commandError, quitError, signInError, type PopReply } from '#core/sources/pop/pop-errors';

const refused = (line: string): PopReply => {
  const found = /^(?:\[([A-Z/-]+)\] )?(.*)$/.exec(line);
  return { status: 'error', code: found?.[1] ?? '', text: found?.[2] ?? '' };
};
const shown = ({ kind, code }: { readonly kind: string; readonly code: string }) =>
  `${kind} ${code}`;

it.each([
  ['[AUTH] Invalid login or password', 'auth pop.passwordRefused'],
  ['Username and password not accepted', 'auth pop.passwordRefused'],
  ['[AUTH] Web login required', 'auth pop.passwordRefused'],
  ['[SYS/PERM] Your account is not enabled for POP access', 'auth pop.accountRefused'],
  ['Your account has been locked', 'auth pop.accountLocked'],
  ['User disabled', 'auth pop.accountLocked'],
  ['mailbox in use', 'transient pop.inUse'],
  ['[IN-USE] Do you have another POP session running?', 'transient pop.inUse'],
  ["Can't lock maildrop", 'transient pop.inUse'],
  ['[SYS/TEMP] Temporary authentication failure', 'transient pop.unavailable'],
  ['Too many login attempts, try again later', 'transient pop.unavailable'],
  ['[LOGIN-DELAY] minimum time between mail checks', 'transient pop.loginDelay'],
  [
    'Plaintext authentication disallowed on non-secure (SSL/TLS) connections',
    'config pop.loginDisabled',
  ],
])('a sign-in refused with %s is %s', (line, expected) => {
  const error = signInError(refused(line), { method: 'password', loginDelaySeconds: 0 });
  expect(shown(error)).toBe(expected);
});

it('a refused token is another matter than a refused password', () => {
  const error = signInError(refused('[AUTH] no'), { method: 'token', loginDelaySeconds: 0 });
  expect(shown(error)).toBe('auth pop.tokenRefused');
});

it.each([
  ['RETR 1', 'No such message', 'gone pop.gone'],
  ['DELE 1', 'Message is deleted.', 'gone pop.gone'],
  ['RETR 1', '[SYS/TEMP] disk', 'transient pop.unavailable'],
  ['LIST', 'what?', 'transient pop.refused'],
])('%s refused with %s is %s', (command, line, expected) => {
  expect(shown(commandError(refused(line), command))).toBe(expected);
});

it('what QUIT could not remove stays to be removed', () => {
  expect(shown(quitError(refused('some deleted messages not removed')))).toBe(
    'transient pop.notDeleted',
  );
});
