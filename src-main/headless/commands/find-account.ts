// An account by its id or its name.
import type { Account } from '#contract/model/account';
import type { Language } from '#contract/texts/texts';
import type { Session } from '../session.ts';
import { usageError } from '../usage-error.ts';
import { findBy } from './find-named.ts';

/** Throws usage errors `usage.unknownAccount`, `usage.ambiguousAccount` {account, ids}. */
export async function findAccount(
  session: Session,
  wanted: string,
  language: Language,
): Promise<Account> {
  return findBy(await session.call('accounts.list', {}), wanted, {
    language,
    nameOf: ({ name }) => name,
    unknown: () => usageError('usage.unknownAccount', { account: wanted }),
    ambiguous: (ids) => usageError('usage.ambiguousAccount', { account: wanted, ids }),
  });
}
