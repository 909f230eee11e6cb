// An account of the town hall that signs in with a provider: a real OpenID provider with sign-in by code.
import { MAIL_SCOPE, type OpenidProvider } from '../servers/openid-provider.ts';
import type { Serve } from './serve.ts';

export const PROVIDER_USER = 'compta@mairie.example';

export const saveProviderAccount = (
  { call }: Serve,
  provider: OpenidProvider,
  { name = 'Comptabilité en ligne', user = PROVIDER_USER } = {},
) =>
  call('accounts.save', {
    name,
    user,
    method: 'oauth',
    oauth: {
      clientId: provider.publicClient,
      issuer: provider.issuer,
      authorizeUrl: provider.urls.authorize,
      tokenUrl: provider.urls.token,
      deviceUrl: provider.urls.device,
      scopes: `openid email offline_access ${MAIL_SCOPE}`,
    },
  });
