// Puts together what the program does with accounts: tokens, sign-ins, and what both mean for the launchers.
import type { Account } from '#contract/model/account';
import type { LauncherId } from '#contract/ids';
import type { Emitter } from '../emitter.ts';
import { type AppError, toErrorBody } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { Store } from '../store/store.ts';
import { background } from '../background.ts';
import { keepSignedIn } from './keep-signed-in.ts';
import { launchersOf, resumeLaunchers } from './launchers-of.ts';
import { type LoadProvider, loadProvider } from './providers.ts';
import { createSignIns } from './sign-ins.ts';
import { createTokenService } from './token-service.ts';

export type AccountPartsOptions = {
  readonly store: Store;
  readonly ports: Ports;
  readonly emitter: Emitter;
  readonly replan: () => void;
  /** A launcher that runs pauses by itself when it comes to sign in. */
  readonly isRunning: (id: LauncherId) => boolean;
  readonly loadProvider?: LoadProvider | undefined;
};

export function createAccountParts(options: AccountPartsOptions) {
  const { store, ports, emitter, replan } = options;
  const onChanged = (): void => {
    emitter.emit('configuration.changed', {});
  };
  const tokens = createTokenService({
    accounts: store.accounts,
    ports,
    loadProvider: options.loadProvider ?? loadProvider,
    onChanged,
    onRefused: (account, error) => {
      pauseAll(options, account, error);
      replan();
      emitter.emit('status.changed', {});
    },
  });
  const signIns = createSignIns({
    tokens,
    ports,
    onChange: (signIn) => {
      emitter.emit('signIn.changed', signIn);
    },
    onDone: (id) => {
      resumeLaunchers(store, id);
      replan();
      emitter.emit('status.changed', {});
    },
  });
  const closing = new AbortController();
  return {
    tokens,
    signIns,
    /** From now on what lies idle is renewed too. */
    start: (): void => {
      const { clock, logger } = ports;
      const { credentials } = tokens;
      const parts = { accounts: store.accounts, credentials, clock, logger };
      background(keepSignedIn(parts, closing.signal), logger);
    },
    close: async (): Promise<void> => {
      closing.abort();
      await signIns.close();
      await tokens.close();
    },
  };
}

/** All that sign in with the account would fail one after the other: they pause together, and people hear of it once. */
function pauseAll(
  { store, ports, isRunning }: AccountPartsOptions,
  account: Account,
  error: AppError,
): void {
  const reason = toErrorBody(error);
  const at = ports.clock.now().toISOString();
  const concerned = launchersOf(store, account.id).filter((one) => !one.paused);
  for (const { id, description } of concerned) {
    if (isRunning(id)) continue;
    store.launchers.setPaused(id, true, reason);
    const params = { ...reason.params, launcher: description };
    const code = 'launcher.pausedBySignIn';
    store.journal.add({ at, level: 'error', code, params, launcherId: id });
  }
  const about = { account: account.name, accountId: account.id };
  ports.notifier.notify('account.refused', about);
}
