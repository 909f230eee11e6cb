// What an adapter signs in with, and how it comes to a new token when a server refuses the one it has.
import type { AccountId } from '#contract/ids';
import type { Account } from '#contract/model/account';
import { AuthError } from '../errors.ts';
import type { Audience } from './token-provider.ts';

export type Credentials = {
  readonly user: string;
  readonly method: 'password' | 'token';
  readonly secret: string;
  /** Other credentials after a server refused these; absent where there can be none (a password). */
  readonly renew?: (signal: AbortSignal) => Promise<Credentials>;
  /** Where Microsoft answers for this account, and whether it is an application; absent for all others. */
  readonly microsoft?: {
    readonly cloud: Account['oauth']['cloud'];
    readonly isApplication: boolean;
  };
};

/**
 * `audience`: whom the token is for, `mail` unless said otherwise. Throws ConfigError `account.missing`,
 * `secret.unreadable`, AuthError `account.noSecret`, `account.notSignedIn` or why the provider refuses to renew,
 * TransientError where the provider is away.
 */
export type OpenCredentials = (
  id: AccountId,
  signal: AbortSignal,
  audience?: Audience,
) => Promise<Credentials>;

/**
 * Does `work` with the credentials, and once more with new ones when a server refused the token: it may have been
 * withdrawn before its time. The second refusal is what it is. `work` must fail with an AuthError whose code ends in
 * `.tokenRefused`.
 */
export async function signingIn<T>(
  credentials: Credentials,
  work: (credentials: Credentials) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await work(credentials);
  } catch (thrown) {
    if (!isTokenRefused(thrown) || credentials.renew === undefined) throw thrown;
    return await work(await credentials.renew(signal));
  }
}

const isTokenRefused = (thrown: unknown): boolean =>
  thrown instanceof AuthError && thrown.code.endsWith('.tokenRefused');
