// Hands out what accounts sign in with. Tokens are renewed by one at a time per account, whoever asks, and are on
// disk before they are used; only a refused grant changes what is known of the account.
import type { AccountId } from '#contract/ids';
import type { Account, SignedIn } from '#contract/model/account';
import type { SignInWay } from '#contract/model/sign-in';
import {
  AppError,
  AuthError,
  CancelledError,
  ConfigError,
  toErrorBody,
  TransientError,
} from '../errors.ts';
import type { Ports } from '../ports.ts';
import { isUnreadable } from '../secret-formats.ts';
import type { AccountRepo } from '../store/account-repo.ts';
import type { Credentials, OpenCredentials } from './credentials.ts';
import { type LoadProvider, providerMethod } from './providers.ts';
import { createFlights } from './shared-flights.ts';
import type {
  AccessToken,
  Audience,
  ProviderContext,
  SignInPrompt,
  SignInResult,
  TokenProvider,
  TokenRequest,
  TokenStore,
} from './token-provider.ts';

/** How long a provider may take to renew a token. */
const RENEW_MS = 60_000;

export type TokenServiceParts = {
  readonly accounts: AccountRepo;
  readonly ports: Pick<Ports, 'clock' | 'logger' | 'secretBox' | 'checkpoint'>;
  readonly loadProvider: LoadProvider;
  /** The grant was refused: nobody gets anywhere with this account until somebody signs in again. */
  readonly onRefused: (account: Account, error: AppError) => void;
  /** Something that is shown of an account changed. */
  readonly onChanged: () => void;
};

export type SignInRequest = {
  readonly way: SignInWay;
  readonly prompt: (prompt: SignInPrompt) => void;
  readonly signal: AbortSignal;
};

export interface TokenService {
  readonly credentials: OpenCredentials;
  /** Nothing is kept of a sign-in that fails. Throws AuthError, ConfigError, TransientError, CancelledError. */
  signIn(id: AccountId, request: SignInRequest): Promise<SignInResult>;
  /** Forgets the tokens, also those being renewed right now. */
  signOut(id: AccountId): void;
  /** Lets what is being renewed end, for a moment: its answer may hold the only token that is good from now on. */
  close(): Promise<void>;
}

export function createTokenService(parts: TokenServiceParts): TokenService {
  const { accounts, ports } = parts;
  const { clock, secretBox } = ports;
  const flights = createFlights<AccessToken>(clock, RENEW_MS);
  /** Counts the sign-ins of an account: what is renewed of an earlier one is not written over a later one. */
  const generations = new Map<AccountId, number>();
  const generation = (id: AccountId): number => generations.get(id) ?? 0;

  const get = (id: AccountId): Account => {
    const account = accounts.get(id);
    if (account !== undefined) return account;
    throw new ConfigError('account.missing', { id }, { field: 'accountId' });
  };
  const openSecret = async (id: AccountId): Promise<string | null> => {
    const sealed = accounts.sealedSecret(id);
    return sealed === null ? null : await secretBox.open(sealed);
  };
  const contextOf = (account: Account, tokens: TokenStore): ProviderContext => ({
    account,
    secret: () => openSecret(account.id),
    tokens,
    clock,
    logger: ports.logger.child('accounts'),
  });

  const providerOf = async (account: Account): Promise<TokenProvider> => {
    const method = providerMethod(account.method);
    if (method !== null) return await parts.loadProvider(method);
    throw new ConfigError('signIn.notOffered', { account: account.name }, { field: 'method' });
  };

  const openTokens = async (sealed: string, id: AccountId): Promise<string> => {
    try {
      return await secretBox.open(sealed);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || !isUnreadable(thrown.code)) throw thrown;
      throw new AuthError('account.tokensUnreadable', { account: get(id).name }, { cause: thrown });
    }
  };

  const storedTokens = (id: AccountId): TokenStore => {
    const born = generation(id);
    return {
      read: async () => {
        const sealed = accounts.sealedTokens(id);
        return sealed === null ? null : await openTokens(sealed, id);
      },
      write: async (state) => {
        const sealed = await secretBox.seal(state);
        if (generation(id) !== born) return;
        accounts.setSealedTokens(id, sealed);
        ports.checkpoint('tokens.stored');
      },
    };
  };

  const renew = async (id: AccountId, request: TokenRequest): Promise<AccessToken> => {
    const account = get(id);
    const born = generation(id);
    const provider = await providerOf(account);
    expectSignedIn(account, provider);
    try {
      const answer = await provider.accessToken(contextOf(account, storedTokens(id)), request);
      if (answer.isFresh && generation(id) === born) noteRenewal(account, answer);
      return answer;
    } catch (thrown) {
      const isRefused = thrown instanceof AuthError && !NOT_REFUSED.has(thrown.code);
      if (isRefused && generation(id) === born) noteRefusal(account, thrown);
      throw thrown;
    }
  };

  const noteRenewal = (account: Account, answer: AccessToken): void => {
    const at = clock.now().toISOString();
    // An application that signs in by itself has no sign-in of a person before its first token.
    const before = account.signedIn ?? nobody(account.user, at);
    const { expiresAt: accessUntil, renewUntil = before.renewUntil } = answer;
    const times = { lastRefreshAt: at, accessUntil, renewUntil, refused: null };
    accounts.setSignedIn(account.id, { ...before, ...times });
    ports.logger.log('info', 'account.renewed', { account: account.id });
    parts.onChanged();
  };

  const noteRefusal = (account: Account, error: AppError): void => {
    const before = account.signedIn ?? nobody(account.user, clock.now().toISOString());
    accounts.setSignedIn(account.id, { ...before, refused: toErrorBody(error) });
    ports.logger.log('error', error.code, { account: account.id });
    parts.onRefused(account, error);
    parts.onChanged();
  };

  const ask = async (
    id: AccountId,
    audience: Audience,
    refused: string | null,
    signal: AbortSignal,
  ): Promise<Credentials> => {
    const account = get(id);
    const { user } = account;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const wish = (inner: AbortSignal) => renew(id, { audience, refused, signal: inner });
      const { token } = await flights.join({ lane: id, key: audience, start: wish }, signal);
      // Somebody else's question may still be answered with the token that we know to be refused.
      if (token === refused) continue;
      return {
        user,
        method: 'token',
        secret: token,
        renew: (later) => ask(id, audience, token, later),
        ...microsoftOf(account),
      };
    }
    throw new TransientError('signIn.sameToken');
  };

  return {
    credentials: async (id, signal, audience = 'mail') => {
      const account = get(id);
      if (account.method !== 'password' && account.method !== 'token') {
        return await ask(id, audience, null, signal);
      }
      const secret = await openSecret(id);
      if (secret === null) throw new AuthError('account.noSecret', { account: account.name });
      return { user: account.user, method: account.method, secret };
    },
    signIn: async (id, { way, prompt, signal }) => {
      const account = get(id);
      const provider = await providerOf(account);
      if (provider.signIn === null) {
        throw new ConfigError('signIn.application', { account: account.name }, { field: 'method' });
      }
      // Kept back until the sign-in is whole: one that fails must leave the tokens of the last one alone.
      let state: string | null = null;
      const tokens: TokenStore = {
        read: () => Promise.resolve(state),
        write: (next) => {
          state = next;
          return Promise.resolve();
        },
      };
      const result = await provider.signIn(contextOf(account, tokens), way, prompt, signal);
      if (state === null)
        throw new AppError('unexpected', 'internal.bug', { message: 'no tokens' });
      const sealed = await secretBox.seal(state);
      if (signal.aborted) throw new CancelledError();
      generations.set(id, generation(id) + 1);
      const at = clock.now().toISOString();
      accounts.setSealedTokens(id, sealed);
      const { accessUntil, renewUntil } = result;
      accounts.setSignedIn(id, { ...nobody(result.user, at), accessUntil, renewUntil });
      ports.checkpoint('tokens.stored');
      parts.onChanged();
      return result;
    },
    signOut: (id) => {
      generations.set(id, generation(id) + 1);
      accounts.forgetTokens(id);
      parts.onChanged();
    },
    close: () => flights.close(),
  };
}

/** Somebody must sign in, but no provider said so: a key that comes back opens what is kept. */
const NOT_REFUSED = new Set(['account.notSignedIn', 'account.tokensUnreadable']);

function expectSignedIn({ name, signedIn }: Account, { signIn }: TokenProvider): void {
  // Nobody signs in for an application: whatever was refused is put right with Microsoft, and shows when it is asked again.
  if (signIn === null) return;
  if (signedIn === null) throw new AuthError('account.notSignedIn', { account: name });
  const { refused } = signedIn;
  // Asking again with a grant that was refused changes nothing, and providers lock out those who keep asking.
  if (refused !== null) throw new AuthError(refused.code, refused.params);
}

const microsoftOf = ({ method, oauth }: Account): Pick<Credentials, 'microsoft'> =>
  method === 'microsoft' || method === 'microsoftApp'
    ? { microsoft: { cloud: oauth.cloud, isApplication: method === 'microsoftApp' } }
    : {};

const nobody = (user: string, signedInAt: string): SignedIn => ({
  user,
  signedInAt,
  lastRefreshAt: null,
  accessUntil: null,
  renewUntil: null,
  refused: null,
});
