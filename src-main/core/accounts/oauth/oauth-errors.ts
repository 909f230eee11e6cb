// What an OAuth2 provider's refusals, its silence and its nonsense mean for us. Pure: table-tested. Only what the
// provider says of the grant itself ends it; everything else passes, or is a matter of the form.
import { AppError, AuthError, ConfigError, TransientError } from '../../errors.ts';

/** What the last exchange with the provider looked like from outside. */
export type Exchange = {
  readonly host: string;
  /** Null where there was no answer. */
  readonly status: number | null;
  readonly retryAfterSeconds: number | null;
  /** Why there was no answer. */
  readonly failure: AppError | null;
};

/** RFC 6749 §5.2 and OpenID Connect Core §3.1.2.6: the grant is no longer good, somebody must sign in. */
const GRANT = new Set([
  'invalid_grant',
  'interaction_required',
  'login_required',
  'consent_required',
  'account_selection_required',
]);
const CLIENT = new Set(['invalid_client', 'unauthorized_client', 'org_internal', 'deleted_client']);
const PASSING = new Set([
  'temporarily_unavailable',
  'server_error',
  'slow_down',
  'internal_failure',
]);

export function oauthError(thrown: unknown, exchange: Exchange): AppError {
  if (thrown instanceof AppError) return thrown;
  if (exchange.failure !== null) return exchange.failure;
  const { host, status } = exchange;
  const { error, description, code } = readFacts(thrown);
  const reason = description === '' ? error : description;
  const extra = { cause: thrown };
  if (error === 'access_denied') return new AuthError('signIn.denied', { reason }, extra);
  if (error === 'expired_token') return new AuthError('signIn.expired', {}, extra);
  if (GRANT.has(error)) return new AuthError('signIn.grantRefused', { reason }, extra);
  const isPassing = status === 429 || (status !== null && status >= 500) || PASSING.has(error);
  if (isPassing) {
    const seconds = exchange.retryAfterSeconds;
    return new TransientError(
      'signIn.away',
      { host, status: status ?? error },
      { ...extra, ...(seconds === null ? {} : { retryAfterSeconds: seconds }) },
    );
  }
  if (CLIENT.has(error)) {
    return new ConfigError('signIn.badClient', { reason }, { ...extra, field: 'oauth.clientId' });
  }
  if (error === 'invalid_scope') {
    return new ConfigError('signIn.badScope', { reason }, { ...extra, field: 'oauth.scopes' });
  }
  if (error !== '') {
    return new ConfigError('signIn.badRequest', { reason }, { ...extra, field: 'oauth' });
  }
  if (NOT_THEIRS.has(code)) return new AuthError('signIn.mismatch', { detail: code }, extra);
  // A page of a proxy, an answer cut short: it may be otherwise the next time.
  return new TransientError('signIn.unreadable', { host, detail: code }, extra);
}

/** State, issuer, nonce or audience are not those of this sign-in. */
const NOT_THEIRS = new Set([
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
]);

type Facts = { readonly error: string; readonly description: string; readonly code: string };

function readFacts(thrown: unknown): Facts {
  const text = (name: string): string => {
    if (typeof thrown !== 'object' || thrown === null || !(name in thrown)) return '';
    const value: unknown = Reflect.get(thrown, name);
    return typeof value === 'string' ? value.slice(0, 500) : '';
  };
  return { error: text('error'), description: text('error_description'), code: text('code') };
}
