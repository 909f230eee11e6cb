// Why an account cannot sign in, or soon cannot any more. Pure.
import type { ErrorBody } from '#contract/error-codes';
import { type Account, endsSoon, needsSecret } from '#contract/model/account';
import type { Launcher } from '#contract/model/launcher';
import type { LauncherStatus } from '#contract/model/status';
import { signsIn } from '../../forms/account-form.ts';
import type { TextKey } from '../../i18n/keys.ts';

export type AccountTrouble = {
  readonly tone: 'error' | 'warn';
  /** In a word, and as a sentence that says what to do. */
  readonly key: TextKey;
  readonly alarm: TextKey;
};

export const accountOf = (launcher: Launcher | undefined): string | undefined =>
  launcher !== undefined && 'accountId' in launcher.source ? launcher.source.accountId : undefined;

/** Launchers that pause because they could not sign in with it. */
export function pausedBy(
  { id }: Pick<Account, 'id'>,
  { launchers, statuses }: { launchers: readonly Launcher[]; statuses: readonly LauncherStatus[] },
): readonly LauncherStatus[] {
  const mine = launchers.filter((one) => one.enabled && accountOf(one) === id);
  return statuses.filter(
    ({ launcherId, pauseReason }) =>
      pauseReason !== null && mine.some((one) => one.id === launcherId),
  );
}

/** By the provider, or by a server: a refused password is known by the launchers alone that it made pause. */
export const refusalOf = (
  { signedIn }: Pick<Account, 'signedIn'>,
  paused: readonly LauncherStatus[],
): ErrorBody | null => signedIn?.refused ?? paused[0]?.pauseReason ?? null;

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
