// Who signed in, by the claims of an identity token, and whether it is the one that was meant.
import { AuthError } from '../../errors.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Empty where nothing names a person. */
export function userOf(claims: Claims): string {
  for (const name of ['email', 'preferred_username', 'upn']) {
    const value = claims[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
}

/** Throws AuthError `signIn.wrongAccount`; a nameless answer passes. */
export function expectUser(expected: string, got: string): void {
  if (got === '' || plain(expected) === plain(got)) return;
  throw new AuthError('signIn.wrongAccount', { expected, got });
}

/** Gmail takes no notice of dots, nor of what follows a plus. */
function plain(address: string): string {
  const lower = address.trim().toLowerCase();
  const match = /^([^@+]+)(?:\+[^@]*)?@(?:gmail|googlemail)\.com$/.exec(lower);
  return match === null ? lower : `${(match[1] ?? '').replaceAll('.', '')}@gmail.com`;
}
