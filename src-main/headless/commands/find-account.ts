// An account by what somebody typed: its id, or its whole name without regard to case and accents.
import type { Account } from '#contract/model/account';
import type { Language } from '#contract/texts/texts';
import type { Session } from '../session.ts';
import { usageError } from '../usage-error.ts';

export async function findAccount(
  session: Session,
  wanted: string,
  language: Language,
): Promise<Account> {
  const { compare } = new Intl.Collator(language, { sensitivity: 'base' });
  const accounts = await session.call('accounts.list', {});
  const byId = accounts.find((one) => one.id === wanted);
  const named = accounts.filter((one) => compare(one.name, wanted.trim()) === 0);
  const found = byId ?? (named.length === 1 ? named[0] : undefined);
  if (found !== undefined) return found;
  throw named.length === 0
    ? usageError('usage.unknownAccount', { account: wanted })
    : usageError('usage.ambiguousAccount', { account: wanted });
}
