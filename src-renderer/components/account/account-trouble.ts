// Why an account cannot sign in, or soon cannot any more. Pure.
import { type Account, endsSoon, needsSecret } from '#contract/model/account';
import { signsIn } from '../../forms/account-form.ts';
import type { TextKey } from '../../i18n/keys.ts';

export type AccountTrouble = {
  readonly tone: 'error' | 'warn';
  /** In a word, and as a sentence that says what to do. */
  readonly key: TextKey;
  readonly alarm: TextKey;
};

const trouble = (
  tone: AccountTrouble['tone'],
  what: 'missing' | 'notSignedIn' | 'refused' | 'endsSoon' | 'certificateEndsSoon',
): AccountTrouble => ({
  tone,
  key: `window.account.${what}`,
  alarm: `window.alarm.account.${what}`,
});

/** Null = nothing is known to be wrong. */
export function accountTrouble(account: Account, now: Date): AccountTrouble | null {
  const { method, hasSecret, signedIn } = account;
  if (needsSecret(method) && !hasSecret) return trouble('error', 'missing');
  if (signsIn(method) && signedIn === null) return trouble('error', 'notSignedIn');
  if (signedIn !== null && signedIn.refused !== null) return trouble('error', 'refused');
  if (!endsSoon(account, now)) return null;
  return trouble('warn', method === 'microsoftApp' ? 'certificateEndsSoon' : 'endsSoon');
}
