// Opens an account's secret for the adapter that signs in with it; it goes nowhere else.
import type { AccountId } from '#contract/ids';
import { AuthError, ConfigError } from '../errors.ts';
import type { SecretBox } from '../ports.ts';
import type { AccountRepo } from '../store/account-repo.ts';
import type { Credentials } from '../sources/source.ts';

/** Throws ConfigError `account.missing`, AuthError `account.noSecret`, ConfigError `secret.unreadable`. */
export async function openCredentials(
  accounts: AccountRepo,
  box: SecretBox,
  id: AccountId,
): Promise<Credentials> {
  const account = accounts.get(id);
  if (account === undefined) {
    throw new ConfigError('account.missing', { id }, { field: 'source.accountId' });
  }
  const sealed = accounts.sealedSecret(id);
  if (sealed === null) throw new AuthError('account.noSecret', { account: account.name });
  return { user: account.user, method: account.method, secret: await box.open(sealed) };
}
