// Writing an account: tokens belong to the client and the provider they were given to, so they go when those change.
import { isDeepStrictEqual } from 'node:util';
import type { AccountId } from '#contract/ids';
import type { Account, AccountDraft } from '#contract/model/account';
import type { z } from 'zod';
import type { Store } from '../store/store.ts';

type Draft = z.output<typeof AccountDraft>;

export type NewAccount = {
  readonly id: AccountId;
  readonly draft: Draft;
  /** What SecretBox sealed; undefined = the secret stays as it is. */
  readonly sealed: string | undefined;
  readonly at: string;
};

/** To be called inside a transaction. */
export function saveAccount(
  { accounts }: Pick<Store, 'accounts'>,
  { id, draft, sealed, at }: NewAccount,
): void {
  const before = accounts.get(id);
  accounts.save(id, draft, at);
  if (sealed !== undefined) accounts.setSealedSecret(id, sealed);
  if (before === undefined) return;
  if (!isDeepStrictEqual(grantOf(before), grantOf(draft))) accounts.forgetTokens(id);
  else if (sealed !== undefined && before.signedIn !== null) {
    // A new client secret or certificate: what the provider refused with the old one may be granted now.
    const { renewUntil } = before.signedIn;
    const until = draft.method === 'microsoftApp' ? null : renewUntil;
    accounts.setSignedIn(id, { ...before.signedIn, renewUntil: until, refused: null });
  }
}

/** Whom a token was given to, and by whom. A Microsoft account may open other mailboxes than its own. */
function grantOf({ method, user, oauth }: Pick<Account, 'method' | 'user' | 'oauth'>) {
  const { clientId, tenant, cloud, issuer, authorizeUrl, tokenUrl, scopes } = oauth;
  const named = method === 'microsoft' || method === 'microsoftApp' ? '' : user;
  return { method, named, clientId, tenant, cloud, issuer, authorizeUrl, tokenUrl, scopes };
}
