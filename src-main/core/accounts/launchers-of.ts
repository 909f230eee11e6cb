// Which launchers sign in with an account, and what a new secret means for them.
import type { AccountId } from '#contract/ids';
import type { Launcher } from '#contract/model/launcher';
import { isOnDisk } from '#contract/model/adullact-config';
import type { Store } from '../store/store.ts';

type Launchers = Pick<Store, 'launchers'>;

export const accountOf = ({ source }: Pick<Launcher, 'source'>): AccountId | null =>
  isOnDisk(source) ? null : source.accountId;

export const launchersOf = (store: Launchers, id: AccountId): Launcher[] =>
  store.launchers.list().filter((one) => accountOf(one) === id);

/** A new secret is what launchers that paused for want of a sign-in were waiting for; one paused by hand stays so. */
export function resumeLaunchers(store: Launchers, id: AccountId): void {
  for (const launcher of launchersOf(store, id)) {
    const { pauseReason } = store.launchers.state(launcher.id);
    if (pauseReason?.kind === 'auth') store.launchers.setPaused(launcher.id, false, null);
  }
}
