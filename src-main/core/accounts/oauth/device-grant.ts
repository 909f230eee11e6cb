// Sign-in by a code that is typed on the provider's page, on any machine (RFC 8628). The polling is ours: a failure
// that passes must not end a sign-in that a person is in the middle of.
import { AuthError, ConfigError, TransientError } from '../../errors.ts';
import { exchanging, type Grant, type OauthClient } from './create-oauth-provider.ts';
import { oauthError } from './oauth-errors.ts';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code';

/** RFC 8628 §3.5: where the provider names none; and what `slow_down` adds. */
const INTERVAL_SECONDS = 5;

export async function deviceGrant(client: OauthClient): Promise<Grant> {
  const { library, configuration, context, profile, signal, http } = client;
  if (configuration.serverMetadata().device_authorization_endpoint === undefined) {
    throw new ConfigError('signIn.noDeviceCode', {}, { field: 'oauth.deviceUrl' });
  }
  const scope = profile.scopes(context.account);
  const device = await exchanging(client, () =>
    library.initiateDeviceAuthorization(configuration, { scope }),
  );
  const endsAtMs = context.clock.monotonicMs() + device.expires_in * 1000;
  client.prompt({
    url: device.verification_uri,
    code: device.user_code,
    expiresAt: new Date(context.clock.now().getTime() + device.expires_in * 1000).toISOString(),
  });
  let seconds = device.interval ?? INTERVAL_SECONDS;
  while (context.clock.monotonicMs() < endsAtMs) {
    await context.clock.sleep(seconds * 1000, signal);
    try {
      const tokens = await library.genericGrantRequest(configuration, GRANT_TYPE, {
        device_code: device.device_code,
      });
      return { ...tokens, claims: tokens.claims() ?? http.claims() };
    } catch (thrown) {
      const said = codeOfAnswer(thrown);
      if (said === 'slow_down') seconds += INTERVAL_SECONDS;
      if (said === 'slow_down' || said === 'authorization_pending') continue;
      const error = oauthError(thrown, http.exchange());
      if (!(error instanceof TransientError)) throw error;
      context.logger.log('warn', error.code, { account: context.account.id });
      seconds = Math.max(seconds, error.retryAfterSeconds ?? 0);
    }
  }
  throw new AuthError('signIn.expired');
}

function codeOfAnswer(thrown: unknown): string {
  return thrown instanceof Error && 'error' in thrown && typeof thrown.error === 'string'
    ? thrown.error
    : '';
}
