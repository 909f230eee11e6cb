// A TokenProvider for OAuth2 providers that keep to the standards (RFC 6749, 7636, 8252, 8628, 9207): the protocol is
// openid-client's, loaded when first needed.
import type { Configuration } from 'openid-client';
import { AuthError, ConfigError } from '../../errors.ts';
import { trustSystemAuthorities } from '../../net/system-authorities.ts';
import type { ProviderContext, SignInPrompt, TokenProvider } from '../token-provider.ts';
import { browserGrant } from './browser-grant.ts';
import { deviceGrant } from './device-grant.ts';
import { createOauthFetch, type OauthFetch } from './oauth-fetch.ts';
import { oauthError } from './oauth-errors.ts';
import type { OauthProfile } from './oauth-profile.ts';
import { readTokens, renewUntilOf, type TokenAnswer, tokensOf, usable } from './oauth-tokens.ts';
import { expectUser, userOf } from './who-answered.ts';

export type OpenidClient = typeof import('openid-client');

/** What one exchange with the provider works with. */
export type OauthClient = {
  readonly library: OpenidClient;
  readonly configuration: Configuration;
  readonly http: OauthFetch;
  readonly context: ProviderContext;
  readonly profile: OauthProfile;
  readonly isIssuerKnown: boolean;
  readonly prompt: (prompt: SignInPrompt) => void;
  readonly signal: AbortSignal;
};

export type Grant = TokenAnswer & {
  readonly scope?: string | undefined;
  /** Who answered, by its identity token; empty where there was none. */
  readonly claims: Readonly<Record<string, unknown>>;
};

export function createOauthProvider(profile: OauthProfile): TokenProvider {
  let isTrusting = false;
  const open = async (
    context: ProviderContext,
    signal: AbortSignal,
    prompt: OauthClient['prompt'] = () => undefined,
  ): Promise<OauthClient> => {
    if (!isTrusting) trustSystemAuthorities();
    isTrusting = true;
    const library = await import('openid-client');
    return await openClient({ library, context, profile, signal, prompt });
  };

  return {
    accessToken: async (context, { refused, signal }) => {
      const stored = readTokens(await context.tokens.read());
      if (stored === null) {
        throw new AuthError('account.notSignedIn', { account: context.account.name });
      }
      const still = usable(stored, context.clock.now(), refused);
      if (still !== null) return still;
      if (stored.refreshToken === '') throw new AuthError('signIn.notRenewable');
      const client = await open(context, signal);
      const answer = await exchanging(client, () =>
        client.library.refreshTokenGrant(client.configuration, stored.refreshToken),
      );
      const next = tokensOf(answer, context.clock.now(), stored);
      await context.tokens.write(JSON.stringify(next));
      const renewUntil = renewUntilOf(next, profile.idleDays);
      return { token: next.accessToken, expiresAt: next.expiresAt, isFresh: true, renewUntil };
    },
    signIn: async (context, way, prompt, signal) => {
      const client = await open(context, signal, prompt);
      const settle = (grant: Grant) => keep(client, grant);
      return way === 'browser'
        ? await browserGrant(client, settle)
        : await settle(await deviceGrant(client));
    },
  };
}

/** Checks what was granted, and stores it. */
async function keep({ context, profile }: OauthClient, grant: Grant) {
  const { scope } = grant;
  const isMissing = scope !== undefined && !scope.split(' ').includes(profile.neededScope);
  if (profile.neededScope !== '' && isMissing) {
    throw new AuthError('signIn.scopeMissing', { scope: profile.neededScope });
  }
  if (grant.refresh_token === undefined && grant.expires_in !== undefined) {
    throw new ConfigError('signIn.notRenewable', {}, { field: 'oauth.scopes' });
  }
  const user = userOf(grant.claims);
  if (profile.mustBeUser) expectUser(context.account.user, user);
  const tokens = tokensOf(grant, context.clock.now(), null);
  await context.tokens.write(JSON.stringify(tokens));
  const renewUntil = renewUntilOf(tokens, profile.idleDays);
  return { user, accessUntil: tokens.expiresAt, renewUntil };
}

/** Anything the library throws comes out as an AppError. */
export async function exchanging<T>(
  { http }: Pick<OauthClient, 'http'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw oauthError(thrown, http.exchange());
  }
}

async function openClient(
  parts: Omit<OauthClient, 'configuration' | 'http' | 'isIssuerKnown'>,
): Promise<OauthClient> {
  const { library, context, profile, signal } = parts;
  const { clientId } = context.account.oauth;
  const secret = (await context.secret()) ?? '';
  const endpoints = profile.endpoints(context.account);
  const isIssuerKnown = 'discover' in endpoints || endpoints.issuer !== null;
  const http = createOauthFetch({ signal, clock: context.clock, takesIdentity: !isIssuerKnown });
  const metadata = secret === '' ? {} : { client_secret: secret };
  if ('discover' in endpoints) {
    const issuer = new URL(endpoints.discover);
    const configuration = await exchanging({ http }, () =>
      library.discovery(issuer, clientId, metadata, undefined, {
        [library.customFetch]: http.fetch,
        execute: issuer.protocol === 'http:' ? [library.allowInsecureRequests] : [],
      }),
    );
    return {
      ...parts,
      configuration: withBasic(parts, configuration, secret),
      http,
      isIssuerKnown,
    };
  }
  const server = {
    issuer: endpoints.issuer ?? new URL(endpoints.tokenUrl).origin,
    token_endpoint: endpoints.tokenUrl,
    ...(endpoints.authorizeUrl === '' ? {} : { authorization_endpoint: endpoints.authorizeUrl }),
    ...(endpoints.deviceUrl === '' ? {} : { device_authorization_endpoint: endpoints.deviceUrl }),
  };
  const configuration = new library.Configuration(server, clientId, metadata);
  configuration[library.customFetch] = http.fetch;
  if (endpoints.tokenUrl.startsWith('http:')) library.allowInsecureRequests(configuration);
  return { ...parts, configuration, http, isIssuerKnown };
}

/** The secret goes in the body, as most providers take it, unless this one says that it takes the header only. */
function withBasic(
  { library, context }: Pick<OauthClient, 'library' | 'context'>,
  found: Configuration,
  secret: string,
): Configuration {
  const server = found.serverMetadata();
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_post'];
  if (secret === '' || methods.includes('client_secret_post')) return found;
  const { clientId } = context.account.oauth;
  const basic = library.ClientSecretBasic(secret);
  const configuration = new library.Configuration(server, clientId, {}, basic);
  const fetcher = found[library.customFetch];
  if (fetcher !== undefined) configuration[library.customFetch] = fetcher;
  if (server.issuer.startsWith('http:')) library.allowInsecureRequests(configuration);
  return configuration;
}
