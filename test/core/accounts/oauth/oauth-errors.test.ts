// What a provider says, or does not say, and what it means for us.
import { describe, expect, it } from 'vitest';
import { ConfigError, TransientError } from '#core/errors';
import { oauthError, type Exchange } from '#core/accounts/oauth/oauth-errors';

const exchange = (given: Partial<Exchange> = {}): Exchange => ({
  ...{ host: 'login.example.org', status: 400, retryAfterSeconds: null, failure: null },
  ...given,
});
const said = (error: string, more: object = {}) =>
  Object.assign(new Error(error), { error, ...more });

describe('what a provider answers', () => {
  it.each([
    ['invalid_grant', 400, 'auth', 'signIn.grantRefused'],
    ['interaction_required', 400, 'auth', 'signIn.grantRefused'],
    ['consent_required', 400, 'auth', 'signIn.grantRefused'],
    ['access_denied', 400, 'auth', 'signIn.denied'],
    ['expired_token', 400, 'auth', 'signIn.expired'],
    ['invalid_client', 401, 'config', 'signIn.badClient'],
    ['unauthorized_client', 400, 'config', 'signIn.badClient'],
    ['invalid_scope', 400, 'config', 'signIn.badScope'],
    ['invalid_request', 400, 'config', 'signIn.badRequest'],
    ['something_new', 400, 'config', 'signIn.badRequest'],
    ['temporarily_unavailable', 400, 'transient', 'signIn.away'],
    ['server_error', 500, 'transient', 'signIn.away'],
    ['invalid_client', 503, 'transient', 'signIn.away'],
    ['slow_down', 429, 'transient', 'signIn.away'],
  ])('%s with status %i is %s %s', (error, status, kind, code) => {
    expect(oauthError(said(error), exchange({ status }))).toMatchObject({ kind, code });
  });

  it('keeps its own words, and how long it asks to wait', () => {
    const refused = oauthError(
      said('invalid_grant', { error_description: 'Token has been expired or revoked.' }),
      exchange(),
    );
    const busy = oauthError(said('x'), exchange({ status: 429, retryAfterSeconds: 17 }));

    expect(refused.params).toEqual({ reason: 'Token has been expired or revoked.' });
    expect(busy.retryAfterSeconds).toBe(17);
  });
});

describe('what is no answer of a provider', () => {
  it('a grant is never ended by a page of a proxy, nor by silence', () => {
    const page = Object.assign(new Error(), { code: 'OAUTH_RESPONSE_IS_NOT_JSON' });
    const failure = new TransientError('net.reset');

    expect(oauthError(page, exchange({ status: 200 }))).toMatchObject({
      ...{ kind: 'transient', code: 'signIn.unreadable' },
    });
    expect(oauthError(new Error('fetch failed'), exchange({ failure }))).toBe(failure);
  });

  it('an answer of another sign-in is refused', () => {
    const foreign = Object.assign(new Error(), { code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' });

    expect(oauthError(foreign, exchange({ status: 200 }))).toMatchObject({
      ...{ kind: 'auth', code: 'signIn.mismatch' },
    });
  });

  it('our own errors pass as they are', () => {
    const ours = new ConfigError('signIn.noClientId');

    expect(oauthError(ours, exchange())).toBe(ours);
  });
});
