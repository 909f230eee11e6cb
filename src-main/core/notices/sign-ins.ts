// Which accounts somebody must sign in with again, and which soon: one finding each, however many launchers and connectors
// wait for it.
import type { ErrorBody } from '#contract/error-codes';
import type { AccountId, ConnectorId } from '#contract/ids';
import { endsSoon } from '#contract/model/account';
import type { Launcher } from '#contract/model/launcher';
import type { Connector } from '#contract/model/router';
import { accountOf } from '../accounts/launchers-of.ts';
import type { Store } from '../store/store.ts';
import { errorParams, type Finding } from './finding.ts';

type Waiting = {
  readonly reason: ErrorBody;
  readonly launchers: readonly Launcher[];
  readonly connectors: readonly Connector[];
};

type Context = {
  readonly store: Store;
  readonly now: Date;
  readonly troubles: ReadonlyMap<ConnectorId, ErrorBody>;
};

export const signIns = (context: Context): Finding[] => [...needed(context), ...ending(context)];

function needed({ store, troubles }: Context): Finding[] {
  const waiting = new Map<AccountId, Waiting>();
  const others: Finding[] = [];
  const add = (id: AccountId, reason: ErrorBody, given: Partial<Waiting>): void => {
    const before = waiting.get(id) ?? { reason, launchers: [], connectors: [] };
    waiting.set(id, {
      reason: before.reason,
      launchers: [...before.launchers, ...(given.launchers ?? [])],
      connectors: [...before.connectors, ...(given.connectors ?? [])],
    });
  };
  for (const { id, signedIn } of store.accounts.list()) {
    if (signedIn?.refused) add(id, signedIn.refused, {});
  }
  for (const launcher of store.launchers.list()) {
    const { pauseReason } = store.launchers.state(launcher.id);
    if (pauseReason?.kind !== 'auth') continue;
    const id = accountOf(launcher);
    if (id !== null) add(id, pauseReason, { launchers: [launcher] });
    else others.push(ofLauncher(launcher, pauseReason));
  }
  for (const connector of store.router.connectors()) {
    const reason = troubles.get(connector.id);
    const { accountId } = connector.config;
    if (reason?.kind === 'auth' && accountId !== null) {
      add(accountId, reason, { connectors: [connector] });
    }
  }
  const names = new Map(store.accounts.list().map(({ id, name }) => [id, name]));
  return [...[...waiting].map(([id, one]) => ofAccount(id, names.get(id) ?? id, one)), ...others];
}

function ending({ store, now }: Context): Finding[] {
  return store.accounts.list().flatMap((one): Finding[] => {
    const until = one.signedIn?.renewUntil ?? '';
    if (one.signedIn?.refused !== null || !endsSoon(one, now)) return [];
    const code = one.method === 'microsoftApp' ? 'certificateEndsSoon' : 'accountEndsSoon';
    const params = { account: one.name, until };
    return [{ key: endingKey(one.id), subject: one.name, accountId: one.id, code, params }];
  });
}

/** A place of its own: when it has ended, that is other news. */
const endingKey = (id: AccountId): string => `${id} ends`;

function ofLauncher(launcher: Launcher, reason: ErrorBody): Finding {
  const { id, description } = launcher;
  const params = { ...errorParams(reason), launcher: description };
  return { key: id, subject: description, launcherId: id, code: 'launcherSignIn', params };
}

function ofAccount(id: AccountId, account: string, one: Waiting): Finding {
  const { reason, launchers, connectors } = one;
  const users = [
    ...launchers.map((each) => each.description),
    ...connectors.map((each) => each.name),
  ];
  return {
    key: id,
    subject: account,
    accountId: id,
    code: users.length > 0 ? 'accountSignInFor' : 'accountSignIn',
    params: { ...errorParams(reason), account, users: users.join(', ') },
    connectorIds: connectors.map((each) => each.id),
  };
}
