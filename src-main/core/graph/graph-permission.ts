// Whether an account may do what is wanted of it, by what its token says that it was granted.
import { readClaims } from '../accounts/claims.ts';
import type { Credentials } from '../accounts/credentials.ts';
import { ConfigError } from '../errors.ts';

/** A mailbox that is not the account's own, where the account is a person: other permissions are wanted then. */
export const isShared = (mailbox: string, { microsoft }: Credentials): boolean =>
  mailbox !== '' && microsoft?.isApplication !== true;

/**
 * Throws ConfigError `graph.permissionMissing`, field `accountId`. A token that does not say what was granted passes:
 * Microsoft promises nothing about the inside of its tokens.
 */
export function expectPermission(
  credentials: Credentials,
  name: 'Mail.ReadWrite' | 'Mail.Send',
  mailbox: string,
): void {
  const claims = readClaims(credentials.secret);
  // Of a person, or of an application (learn.microsoft.com/entra/identity-platform/access-token-claims-reference).
  const scopes = typeof claims['scp'] === 'string' ? claims['scp'].split(' ') : [];
  const roles = Array.isArray(claims['roles']) ? claims['roles'].map(String) : [];
  const given = [...scopes, ...roles];
  const permission = isShared(mailbox, credentials) ? `${name}.Shared` : name;
  if (given.length === 0 || given.includes(permission)) return;
  const params = { permission, given: given.join(', ') };
  throw new ConfigError('graph.permissionMissing', params, { field: 'accountId' });
}
