// The providers an account can sign in with, each loaded when an account first needs it.
import type { AccountMethod } from '#contract/model/account';
import { assertNever } from '../errors.ts';
import type { TokenProvider } from './token-provider.ts';

export type ProviderMethod = Exclude<AccountMethod, 'password' | 'token'>;

export type LoadProvider = (method: ProviderMethod) => Promise<TokenProvider>;

export const loadProvider: LoadProvider = async (method) => {
  switch (method) {
    case 'google':
      return (await import('./oauth/google-provider.ts')).googleProvider;
    case 'oauth':
      return (await import('./oauth/oauth-provider.ts')).oauthProvider;
    case 'microsoft':
      return (await import('./microsoft/microsoft-provider.ts')).microsoftProvider;
    case 'microsoftApp':
      return (await import('./microsoft/microsoft-provider.ts')).microsoftAppProvider;
    default:
      return assertNever(method);
  }
};

/** Null for what is typed in once and never renewed. */
export const providerMethod = (method: AccountMethod): ProviderMethod | null =>
  method === 'password' || method === 'token' ? null : method;
