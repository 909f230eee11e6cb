// Sign-in with Microsoft by MSAL: as a person (code or browser), or as an application (certificate). MSAL speaks the
// protocol; what it keeps is stored before it is used, and what Entra says comes out as errors people can act on.
import type { AuthenticationResult, ICachePlugin } from '@azure/msal-node';
import { AuthError, ConfigError } from '../../errors.ts';
import type { HttpFetch } from '../../net/http-errors.ts';
import type { AccessToken, TokenProvider, TokenRequest } from '../token-provider.ts';
import { readCertificate } from './certificate.ts';
import { type Clouds, microsoftClouds } from './clouds.ts';
import { clientOpener, exchanging, type MicrosoftClient, renewUntil } from './microsoft-client.ts';
import { signIn } from './microsoft-sign-in.ts';
import { type MicrosoftTokens, readState, usableToken, withToken } from './token-state.ts';

/** Stand-ins for Microsoft's own, in tests. */
export type MicrosoftOptions = { readonly clouds?: Clouds; readonly fetch?: HttpFetch };

export type MicrosoftProviders = {
  readonly person: TokenProvider;
  readonly application: TokenProvider;
};

export function createMicrosoftProviders(options: MicrosoftOptions = {}): MicrosoftProviders {
  const open = clientOpener(options.clouds ?? microsoftClouds, options.fetch);
  return {
    person: {
      accessToken: async (context, request) => {
        const state = readState(await context.tokens.read());
        if (state === null || state.cache === '') {
          throw new AuthError('account.notSignedIn', { account: context.account.name });
        }
        const now = context.clock.now();
        const still = usableToken(state, request.audience, { now, refused: request.refused });
        if (still !== null) return still;
        const client = await open(context, request.signal, request.audience);
        return await renew(client, state, request);
      },
      signIn: async (context, way, prompt, signal) =>
        await signIn(await open(context, signal, way), way, prompt),
    },
    application: {
      accessToken: async (context, request) => {
        const state = readState(await context.tokens.read()) ?? NOTHING;
        const now = context.clock.now();
        const still = usableToken(state, request.audience, { now, refused: request.refused });
        if (still !== null) return still;
        const client = await open(context, request.signal, request.audience);
        return await askAsApplication(client, state, request);
      },
      signIn: null,
    },
  };
}

const NOTHING: MicrosoftTokens = { homeAccountId: '', cache: '', access: {} };

async function renew(
  client: MicrosoftClient,
  state: MicrosoftTokens,
  { audience }: TokenRequest,
): Promise<AccessToken> {
  const { msal, context, cloud, auth, system } = client;
  let current = state;
  const cachePlugin: ICachePlugin = {
    beforeCacheAccess: ({ tokenCache }) => {
      tokenCache.deserialize(current.cache);
      return Promise.resolve();
    },
    // The rotated refresh token is on disk before MSAL hands out the token that came with it.
    afterCacheAccess: async ({ cacheHasChanged, tokenCache }) => {
      if (!cacheHasChanged) return;
      current = { ...current, cache: tokenCache.serialize() };
      await context.tokens.write(JSON.stringify(current));
    },
  };
  const application = new msal.PublicClientApplication({ auth, system, cache: { cachePlugin } });
  const result = await exchanging(client, async () => {
    const accounts = await application.getTokenCache().getAllAccounts();
    const account = accounts.find((one) => one.homeAccountId === state.homeAccountId);
    if (!account) {
      throw new AuthError('account.notSignedIn', { account: context.account.name });
    }
    const scopes = [...cloud.scopes[audience]];
    return await application.acquireTokenSilent({ account, scopes, forceRefresh: true });
  });
  const token = await store(client, current, { audience, result });
  return { ...token, renewUntil: renewUntil(client) };
}

async function askAsApplication(
  client: MicrosoftClient,
  state: MicrosoftTokens,
  { audience }: TokenRequest,
): Promise<AccessToken> {
  const { msal, context, cloud, auth, system } = client;
  const { account } = context;
  if (account.oauth.tenant === '') {
    throw new ConfigError('microsoft.tenantNeeded', {}, { field: 'oauth.tenant' });
  }
  const secret = await context.secret();
  if (secret === null) throw new AuthError('account.noSecret', { account: account.name });
  const { endsAt, ...clientCertificate } = readCertificate(secret, context.clock.now());
  const application = new msal.ConfidentialClientApplication({
    auth: { ...auth, clientCertificate },
    system,
  });
  const scopes = [...cloud.scopes[audience]];
  const result = await exchanging(client, () =>
    application.acquireTokenByClientCredential({ scopes, skipCache: true }),
  );
  if (result === null) throw new AuthError('microsoft.noCode');
  const token = await store(client, state, { audience, result });
  return { ...token, renewUntil: endsAt.toISOString() };
}

async function store(
  { context }: MicrosoftClient,
  state: MicrosoftTokens,
  {
    audience,
    result,
  }: { readonly audience: TokenRequest['audience']; readonly result: AuthenticationResult },
): Promise<AccessToken> {
  const now = context.clock.now();
  const { accessToken: token, expiresOn } = result;
  const expiresAt = expiresOn ?? now;
  await context.tokens.write(JSON.stringify(withToken(state, audience, { token, expiresAt, now })));
  return { token, expiresAt: expiresAt.toISOString(), isFresh: true };
}

const providers = createMicrosoftProviders();
export const microsoftProvider: TokenProvider = providers.person;
export const microsoftAppProvider: TokenProvider = providers.application;
