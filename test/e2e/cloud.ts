// Google and Microsoft as the built program meets them: their own addresses, answered by a real OpenID provider and by the
// stand-in for Entra.
import { type Entra, startEntra } from '../servers/graph/entra.ts';
import { type OpenidProvider, startOpenidProvider } from '../servers/openid-provider.ts';
import { type ProviderFront, startProviderFront } from './provider-front.ts';
import type { Serve } from './serve.ts';

export const GOOGLE_USER = 'factures.mairie@gmail.com';
export const MICROSOFT_USER = 'accueil@mairie.example';

export type Cloud = {
  readonly google: OpenidProvider;
  readonly entra: Entra;
  readonly front: ProviderFront;
  readonly stop: () => Promise<void>;
};

/** `dir` takes the keys of the servers. */
export async function startCloud(dir: string): Promise<Cloud> {
  const google = await startOpenidProvider({
    issuer: 'https://accounts.google.com',
    authorizePath: '/o/oauth2/v2/auth',
    mailScope: 'https://mail.google.com/',
  });
  const entra = await startEntra('https://login.microsoftonline.com');
  entra.user = MICROSOFT_USER;
  const front = await startProviderFront(dir, {
    'accounts.google.com': google.origin,
    'oauth2.googleapis.com': google.origin,
    'login.microsoftonline.com': entra.origin,
  });
  return {
    google,
    entra,
    front,
    stop: async () => {
      await front.stop();
      await google.stop();
      await entra.stop();
    },
  };
}

/** Leads a program that was started with `front.env` to the stand-ins. */
export async function useCloud({ call }: Serve, { front }: Cloud): Promise<void> {
  const settings = await call('settings.get', {});
  await call('settings.save', { ...settings, proxy: { url: front.proxyUrl, except: '' } });
}

export const saveGoogleAccount = (
  { call }: Serve,
  { google }: Cloud,
  { name = 'Factures Gmail', user = GOOGLE_USER } = {},
) =>
  call('accounts.save', {
    name,
    user,
    method: 'google',
    oauth: { clientId: google.secretClient.id },
    secret: google.secretClient.secret,
  });

export const saveMicrosoftAccount = (
  { call }: Serve,
  { name = 'Accueil Office 365', user = MICROSOFT_USER } = {},
) =>
  call('accounts.save', {
    name,
    user,
    method: 'microsoft',
    oauth: {
      clientId: '1f0c2d3e-8a4b-4c5d-9e6f-7a8b9c0d1e2f',
      tenant: user.split('@').at(-1) ?? '',
    },
  });
