// Authorization code with PKCE (S256): the person signs in in the system's browser, which brings the code to a
// listener of ours on loopback (RFC 8252 §7.3).
import type { SignInResult } from '../token-provider.ts';
import { AuthError, ConfigError, toAppError } from '../../errors.ts';
import { openLoopback } from '../loopback.ts';
import { exchanging, type Grant, type OauthClient } from './create-oauth-provider.ts';

export async function browserGrant(
  client: OauthClient,
  settle: (grant: Grant) => Promise<SignInResult>,
): Promise<SignInResult> {
  const { library, configuration, context, profile, signal } = client;
  if (configuration.serverMetadata().authorization_endpoint === undefined) {
    throw new ConfigError('signIn.noBrowser', {}, { field: 'oauth.authorizeUrl' });
  }
  const verifier = library.randomPKCECodeVerifier();
  const state = library.randomState();
  const scope = profile.scopes(context.account);
  const isOpenid = scope.split(' ').includes('openid') && client.isIssuerKnown;
  const nonce = isOpenid ? library.randomNonce() : undefined;
  const port = context.account.oauth.redirectPort;
  const loopback = await openLoopback({ port, state });
  try {
    const url = library.buildAuthorizationUrl(configuration, {
      redirect_uri: loopback.redirectUri,
      scope,
      state,
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      login_hint: context.account.user,
      ...(nonce === undefined ? {} : { nonce }),
      // OpenID Connect Core §11: without it a refresh token may be withheld.
      ...(scope.split(' ').includes('offline_access') ? { prompt: 'consent' } : {}),
      ...profile.parameters,
    });
    client.prompt({ url: url.href, code: '', expiresAt: null });
    const answer = await loopback.answer(signal);
    try {
      const result = await settle(await redeem(client, answer.url, { verifier, state, nonce }));
      await answer.reply({ ok: true, user: result.user });
      return result;
    } catch (thrown) {
      await answer.reply({ ok: false, error: toAppError(thrown) });
      throw thrown;
    }
  } finally {
    loopback.close();
  }
}

type Checks = {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string | undefined;
};

async function redeem(
  client: OauthClient,
  answer: URL,
  { verifier, state, nonce }: Checks,
): Promise<Grant> {
  const { library, configuration, http } = client;
  const url = new URL(answer);
  if (!client.isIssuerKnown) url.searchParams.delete('iss');
  const error = url.searchParams.get('error');
  if (error === 'access_denied') {
    throw new AuthError('signIn.denied', {
      reason: url.searchParams.get('error_description') ?? '',
    });
  }
  const tokens = await exchanging(client, () =>
    library.authorizationCodeGrant(configuration, url, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      ...(nonce === undefined ? {} : { expectedNonce: nonce }),
    }),
  );
  return { ...tokens, claims: tokens.claims() ?? http.claims() };
}
