// TokenProvider: how one kind of account (Google, Microsoft, any OAuth2) signs in and keeps its access token fresh.
// It knows the provider's protocol; where tokens are kept and who may ask at the same time is the token service's.
import type { Account } from '#contract/model/account';
import type { SignInWay } from '#contract/model/sign-in';
import type { Clock, Logger } from '../ports.ts';

/** What the token is shown to: mail servers (IMAP, POP3, SMTP), or Microsoft's Graph. */
export type Audience = 'mail' | 'graph';

/** What the provider keeps between two calls (refresh token, cache); opaque text, sealed at rest. */
export interface TokenStore {
  read(): Promise<string | null>;
  /** Durable when it returns: a rotated refresh token is stored before the new access token is used. */
  write(state: string): Promise<void>;
}

export type ProviderContext = {
  readonly account: Account;
  /** Opens the account's secret (client secret, or key and certificate); null when there is none. */
  readonly secret: () => Promise<string | null>;
  readonly tokens: TokenStore;
  readonly clock: Clock;
  readonly logger: Logger;
};

export type TokenRequest = {
  readonly audience: Audience;
  /** An access token that a server refused: it must not be answered again; null as a rule. */
  readonly refused: string | null;
  /** Never aborted by one who waits: an answer that is thrown away could hold a rotated token. */
  readonly signal: AbortSignal;
};

export type AccessToken = {
  readonly token: string;
  /** UTC ISO; null when the provider does not say. */
  readonly expiresAt: string | null;
  /** Whether the provider was asked now. */
  readonly isFresh: boolean;
  /** When the right to renew ends, as far as it is known by now; left out = nothing new is known. */
  readonly renewUntil?: string | null;
};

/** What the person needs for going on; told as soon as it is known. */
export type SignInPrompt = {
  readonly url: string;
  readonly code: string;
  readonly expiresAt: string | null;
};

export type SignInResult = {
  /** As the provider names them; empty when it does not. */
  readonly user: string;
  readonly accessUntil: string | null;
  readonly renewUntil: string | null;
};

export interface TokenProvider {
  /**
   * One call at a time per account. Answers from `tokens` while more than some minutes of life are left, else asks
   * the provider. Throws AuthError when the grant is refused (only that), TransientError when the provider is away,
   * ConfigError when the client itself is refused.
   */
  accessToken(context: ProviderContext, request: TokenRequest): Promise<AccessToken>;
  /** Stores its tokens before it resolves. Null where nobody signs in (an application with a certificate). */
  readonly signIn:
    | ((
        context: ProviderContext,
        way: SignInWay,
        prompt: (prompt: SignInPrompt) => void,
        signal: AbortSignal,
      ) => Promise<SignInResult>)
    | null;
}
