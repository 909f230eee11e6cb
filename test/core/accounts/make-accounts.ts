// Accounts over a real store, without the rest of the core.
import { onTestFinished } from 'vitest';
import { AccountId, type SignInId } from '#contract/ids';
import { AccountDraft } from '#contract/model/account';
import type { SignIn } from '#contract/model/sign-in';
import { createAccountParts } from '#core/accounts/account-parts';
import type { LoadProvider } from '#core/accounts/providers';
import { saveAccount } from '#core/accounts/save-account';
import { createEmitter } from '#core/emitter';
import { openStore } from '#core/store/store';
import { eventually } from '../../helpers/eventually.ts';
import { makePorts } from '../../helpers/make-ports.ts';
import type { OpenidProvider } from '../../servers/openid-provider.ts';
import { MAIL_SCOPE } from '../../servers/openid-provider.ts';

export const USER = 'factures@example.org';

/** An account of the kind `oauth` at the test provider, by its addresses. */
export const oauthAccount = ({ urls, publicClient }: OpenidProvider, given: object = {}) => ({
  name: 'Factures',
  user: USER,
  method: 'oauth' as const,
  oauth: {
    clientId: publicClient,
    authorizeUrl: urls.authorize,
    tokenUrl: urls.token,
    deviceUrl: urls.device,
    scopes: `openid email offline_access ${MAIL_SCOPE}`,
    ...given,
  },
});

export function makeAccounts(dataDir: string, loadProvider?: LoadProvider) {
  const ports = makePorts({ dataDir });
  const store = openStore({ dataDir, clock: ports.clock, logger: ports.logger });
  const emitter = createEmitter(ports.logger);
  const changes: SignIn[] = [];
  emitter.on((name, payload) => {
    if (name === 'signIn.changed') changes.push(payload as SignIn);
  });
  const parts = createAccountParts({
    ...{ store, ports, emitter, loadProvider },
    replan: () => undefined,
    isRunning: () => false,
  });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await parts.close();
    if (isOpen) await store.close();
    isOpen = false;
  };
  onTestFinished(close);
  const id = AccountId.parse('acc');
  return {
    ...parts,
    keepSignedIn: parts.start,
    close,
    id,
    ports,
    store,
    changes,
    save: async (account: AccountDraft) => {
      const draft = AccountDraft.parse(account);
      const sealed =
        draft.secret === undefined ? undefined : await ports.secretBox.seal(draft.secret);
      saveAccount(store, { id, draft, sealed, at: ports.clock.now().toISOString() });
    },
    account: () => store.accounts.get(id)!,
    credentials: (given: AbortSignal = new AbortController().signal) =>
      parts.tokens.credentials(id, given),
    start: (way: SignIn['way'] = 'browser') => parts.signIns.start(id, way, true),
    ended: (signIn: { readonly id: SignInId }) =>
      eventually(() => {
        const now = parts.signIns.get(signIn.id);
        return now.state !== 'waiting' && now;
      }) as Promise<SignIn>,
  };
}

/** Signs the account in, in a browser of its own. */
export async function signInWith(
  accounts: ReturnType<typeof makeAccounts>,
  provider: OpenidProvider,
  user = USER,
) {
  const started = await accounts.start();
  const page = await provider.person().signIn(started.url, user);
  return { ...(await accounts.ended(started)), page };
}
