// Calls on accounts: their secrets go in and never come out; sign-ins with a provider are started and watched here.
import { AccountId } from '#contract/ids';
import { launchersOf, resumeLaunchers } from '../accounts/launchers-of.ts';
import { readCertificate } from '../accounts/microsoft/certificate.ts';
import { saveAccount } from '../accounts/save-account.ts';
import type { CoreParts } from '../core-parts.ts';
import { ConfigError } from '../errors.ts';
import { newId } from '../new-id.ts';
import { connectorsOf } from '../router/users.ts';
import type { Handlers } from './handlers.ts';
import { refuseIfUsed } from './refuse-if-used.ts';

type Names =
  | 'accounts.list'
  | 'accounts.save'
  | 'accounts.delete'
  | 'accounts.startSignIn'
  | 'accounts.signIn'
  | 'accounts.cancelSignIn'
  | 'accounts.signOut';

export function accountCalls(parts: CoreParts): Handlers<Names> {
  const { store, ports, emitter, signIns, tokens } = parts;
  const account = (id: AccountId) => {
    const found = store.accounts.get(id);
    if (found === undefined) throw new ConfigError('account.missing', { id });
    return found;
  };
  const changed = (): void => {
    emitter.emit('configuration.changed', {});
  };

  return {
    'accounts.list': () => store.accounts.list(),
    'accounts.save': async (draft) => {
      // Said at once, and not by the first launcher that runs.
      if (draft.method === 'microsoftApp' && draft.secret !== undefined) {
        readCertificate(draft.secret, ports.clock.now());
      }
      const id = draft.id ?? AccountId.parse(newId());
      const sealed =
        draft.secret === undefined ? undefined : await ports.secretBox.seal(draft.secret);
      const at = ports.clock.now().toISOString();
      store.atomically(() => {
        saveAccount(store, { id, draft, sealed, at });
      });
      // What is under way was begun for the account as it was.
      signIns.cancelOf(id);
      if (account(id).signedIn === null) tokens.signOut(id);
      if (sealed !== undefined) {
        resumeLaunchers(store, id);
        parts.replan();
      }
      changed();
      return account(id);
    },
    'accounts.delete': ({ id }) => {
      const { name } = account(id);
      const connectors = connectorsOf(store, id).map((description) => ({ description }));
      refuseIfUsed('account.inUse', name, [...launchersOf(store, id), ...connectors]);
      signIns.cancelOf(id);
      tokens.signOut(id);
      store.accounts.delete(id);
      changed();
      return {};
    },
    'accounts.startSignIn': async ({ id, way, open }) => {
      account(id);
      return await signIns.start(id, way, open);
    },
    'accounts.signIn': ({ id }) => signIns.get(id),
    'accounts.cancelSignIn': ({ id }) => {
      signIns.cancel(id);
      return {};
    },
    'accounts.signOut': ({ id }) => {
      account(id);
      tokens.signOut(id);
      return account(id);
    },
  };
}
