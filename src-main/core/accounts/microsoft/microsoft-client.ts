// What one exchange with Entra works with: the account's cloud and application, a network that remembers what was
// said, and the way from anything MSAL throws to an error people can act on.
import type { Configuration } from '@azure/msal-node';
import type { SignInWay } from '#contract/model/sign-in';
import { AppError, CancelledError, ConfigError, TransientError } from '../../errors.ts';
import type { HttpFetch } from '../../net/http-errors.ts';
import { trustSystemAuthorities } from '../../net/system-authorities.ts';
import type { Audience, ProviderContext } from '../token-provider.ts';
import { adminConsentUrl, type Cloud, type Clouds, PERMISSIONS } from './clouds.ts';
import { codeExpired, entraError, type RefusalContext } from './entra-errors.ts';
import { createEntraNetwork, type EntraNetwork } from './entra-network.ts';

export type Msal = typeof import('@azure/msal-node');

export type MicrosoftClient = {
  readonly msal: Msal;
  readonly context: ProviderContext;
  readonly cloud: Cloud;
  readonly network: EntraNetwork;
  readonly signal: AbortSignal;
  readonly auth: Configuration['auth'];
  readonly system: NonNullable<Configuration['system']>;
  readonly refusals: RefusalContext;
};

export type OpenClient = (
  context: ProviderContext,
  signal: AbortSignal,
  /** Somebody signs in so; or a token is renewed for that. */
  purpose: SignInWay | Audience,
) => Promise<MicrosoftClient>;

/** Throws ConfigError `microsoft.clientIdNeeded`. MSAL is loaded when first needed (0.1 s). */
export function clientOpener(clouds: Clouds, fetch: HttpFetch | undefined): OpenClient {
  let isTrusting = fetch !== undefined;
  return async (context, signal, purpose) => {
    const { account, clock, logger } = context;
    const { clientId, tenant, cloud: cloudName } = account.oauth;
    if (clientId === '') {
      throw new ConfigError('microsoft.clientIdNeeded', {}, { field: 'oauth.clientId' });
    }
    if (!isTrusting) trustSystemAuthorities();
    isTrusting = true;
    const cloud = clouds[cloudName];
    const msal = await import('@azure/msal-node');
    const network = createEntraNetwork({
      // Looked up at each call: the process may have put another in its place.
      fetch: fetch ?? ((url, init) => globalThis.fetch(url, init)),
      clock,
      logger: logger.child('entra'),
      signal,
    });
    const isApplication = account.method === 'microsoftApp';
    const permissions = isApplication ? PERMISSIONS.application : PERMISSIONS.person;
    const authority = `${cloud.login}/${encodeURIComponent(tenant === '' ? 'organizations' : tenant)}`;
    const isOpenId = cloud.isOpenId === true;
    return {
      msal,
      context,
      cloud,
      network,
      signal,
      auth: {
        clientId,
        authority: isOpenId ? `${cloud.login}/` : authority,
        // Names of clouds are known to us: no need to ask Microsoft whether they are Microsoft's.
        knownAuthorities: [new URL(cloud.login).host],
      },
      system: {
        networkClient: network,
        disableInternalRetries: true,
        protocolMode: isOpenId ? msal.ProtocolMode.OIDC : msal.ProtocolMode.AAD,
        loggerOptions: { loggerCallback: () => undefined, piiLoggingEnabled: false },
      },
      refusals: {
        account: account.name,
        clientId,
        tenant,
        purpose: isApplication ? 'mail' : purpose,
        adminConsentUrl: adminConsentUrl(cloud, account.oauth),
        permissions: permissions.join(', '),
      },
    };
  };
}

/** Unused for so long a refresh token dies (learn.microsoft.com/entra/identity-platform/refresh-tokens#token-lifetime). */
const IDLE_MS = 90 * 86_400_000;

/** When the right to renew that was given just now ends: as Entra says, which it does seldom, or by its rule. */
export function renewUntil({ context, network }: MicrosoftClient): string {
  const seconds = network.renewSeconds();
  const lastsMs = seconds === null ? IDLE_MS : seconds * 1000;
  return new Date(context.clock.now().getTime() + lastsMs).toISOString();
}

/** Anything MSAL throws comes out as an AppError; stops waiting when the signal aborts, which MSAL cannot. */
export async function exchanging<T>(client: MicrosoftClient, work: () => Promise<T>): Promise<T> {
  const { signal, network, refusals } = client;
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => {
    aborted.reject(new CancelledError());
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal.aborted) throw new CancelledError();
    const working = work();
    // If nobody waits any more its failure is nobody's.
    working.catch(() => undefined);
    return await Promise.race([working, aborted.promise]);
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    const failure = network.failure();
    if (failure !== null) throw failure;
    if (codeOf(thrown) === 'device_code_expired') throw codeExpired(refusals);
    const refusal = network.refusal() ?? spoken(thrown);
    if (refusal !== null) throw entraError(refusal, refusals);
    const detail = thrown instanceof Error ? thrown.message.slice(0, 300) : '';
    throw new TransientError('microsoft.unreadable', { detail }, { cause: thrown });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** A refusal that came by way of the browser, which the network did not see. */
function spoken(thrown: unknown) {
  const code = codeOf(thrown);
  const isServer = thrown instanceof Error && thrown.name === 'ServerError';
  if (!isServer || code === '') return null;
  return { error: code, error_description: thrown.message, error_codes: [], suberror: '' };
}

function codeOf(thrown: unknown): string {
  const isCoded = thrown instanceof Error && 'errorCode' in thrown;
  return isCoded && typeof thrown.errorCode === 'string' ? thrown.errorCode : '';
}
