// A Microsoft account on the stand-in for Entra: what the token service would pass to the provider.
import { AccountId } from '#contract/ids';
import { Account } from '#contract/model/account';
import { createMicrosoftProviders } from '#core/accounts/microsoft/microsoft-provider';
import type { ProviderContext, SignInPrompt } from '#core/accounts/token-provider';
import { createSystemClock } from '#core/clock';
import type { Clock } from '#core/ports';
import { memoryLogger } from '../../../helpers/memory-logger.ts';
import type { Entra } from '../../../servers/graph/entra.ts';

export type HarnessOptions = {
  readonly method?: 'microsoft' | 'microsoftApp';
  readonly oauth?: Partial<Account['oauth']>;
  readonly secret?: string;
  readonly clock?: Clock;
  readonly state?: string | null;
};

export function microsoftAccount(
  entra: Pick<Entra, 'clouds' | 'fetch'>,
  options: HarnessOptions = {},
) {
  const { method = 'microsoft', oauth, secret, clock = createSystemClock() } = options;
  const writes: string[] = [];
  let state = options.state ?? null;
  const account = Account.parse({
    id: AccountId.parse('account'),
    name: 'Accueil',
    user: 'accueil@mairie.example',
    method,
    oauth: {
      clientId: 'client',
      tenant: method === 'microsoftApp' ? 'mairie.example' : '',
      ...oauth,
    },
    hasSecret: secret !== undefined,
    signedIn: null,
    createdAt: '2026-01-05T08:00:00.000Z',
    changedAt: '2026-01-05T08:00:00.000Z',
  });
  const context: ProviderContext = {
    account,
    secret: () => Promise.resolve(secret ?? null),
    tokens: {
      read: () => Promise.resolve(state),
      write: (text) => {
        state = text;
        writes.push(text);
        return Promise.resolve();
      },
    },
    clock,
    logger: memoryLogger(),
  };
  const providers = createMicrosoftProviders({ clouds: entra.clouds, fetch: entra.fetch });
  const provider = method === 'microsoft' ? providers.person : providers.application;
  const prompts: SignInPrompt[] = [];
  return {
    context,
    prompts,
    writes,
    state: () => state,
    token: (
      audience: 'mail' | 'graph' = 'graph',
      refused: string | null = null,
      signal: AbortSignal = never,
    ) => provider.accessToken(context, { audience, refused, signal }),
    signIn: async (
      way: 'browser' | 'deviceCode' = 'deviceCode',
      {
        signal = never,
        onPrompt,
      }: { signal?: AbortSignal; onPrompt?: (one: SignInPrompt) => void } = {},
    ) => {
      if (provider.signIn === null) throw new Error('nobody signs in');
      const told = (one: SignInPrompt) => {
        prompts.push(one);
        onPrompt?.(one);
      };
      return await provider.signIn(context, way, told, signal);
    },
  };
}

export const never: AbortSignal = new AbortController().signal;
