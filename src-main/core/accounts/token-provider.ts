// TokenProvider: how one kind of account (Google, Microsoft, any OAuth2) signs in and keeps its access token fresh.
// It knows the provider's protocol; where tokens are kept and who may ask at the same time is the token service's.
import type { Account } from '#contract/model/account';
import type { SignInWay } from '#contract/model/sign-in';

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
};

export type AccessToken = {
  readonly token: string;
  /** UTC ISO; null when the provider does not say. */
  readonly expiresAt: string | null;
  /** Whether the provider was asked now. */
  readonly isFresh: boolean;
};

/** What the person needs for going on; told as soon as it is known. */
export type SignInPrompt = {
  readonly url: string;
  readonly code: string;
  readonly expiresAt: string | null;
};

export type SignInResult = { readonly user: string; readonly renewUntil: string | null };

export interface TokenProvider {
  /** Throws AuthError when the grant is refused (only that), TransientError when the provider is away. */
  accessToken(context: ProviderContext, audience: Audience, signal: AbortSignal): Promise<AccessToken>;
  /** Null where nobody signs in (an application with a certificate). */
  readonly signIn:
    | ((
        context: ProviderContext,
        way: SignInWay,
        prompt: (prompt: SignInPrompt) => void,
        signal: AbortSignal,
      ) => Promise<SignInResult>)
    | null;
}
