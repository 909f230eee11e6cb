// Why an account cannot sign in, or soon cannot any more. Pure.
import type { Account } from '#contract/model/account';
import { needsSecret, signsIn } from '../../forms/account-form.ts';
import type { TextKey } from '../../i18n/keys.ts';

const SOON_MS = 7 * 86_400_000;

export type AccountTrouble = {
  readonly tone: 'error' | 'warn';
  /** In a word, and as a sentence that says what to do. */
  readonly key: TextKey;
  readonly alarm: TextKey;
};

const trouble = (
  tone: AccountTrouble['tone'],
  what: 'missing' | 'notSignedIn' | 'refused' | 'endsSoon',
): AccountTrouble => ({
  tone,
  key: `window.account.${what}`,
  alarm: `window.alarm.account.${what}`,
});

/** Null = nothing is known to be wrong. */
export function accountTrouble(account: Account, now: Date): AccountTrouble | null {
  const { method, hasSecret, signedIn } = account;
  if (needsSecret(method) && !hasSecret) return trouble('error', 'missing');
  if (!signsIn(method)) return null;
  if (signedIn === null) return trouble('error', 'notSignedIn');
  if (signedIn.refused !== null) return trouble('error', 'refused');
  const { renewUntil } = signedIn;
  const isSoon = renewUntil !== null && Date.parse(renewUntil) - now.getTime() < SOON_MS;
  return isSoon ? trouble('warn', 'endsSoon') : null;
}
