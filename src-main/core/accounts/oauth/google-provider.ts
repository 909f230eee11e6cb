// Sign-in with Google: its "desktop" kind of client, with the client id of the user's own project. The scope is the
// only one that IMAP, POP3 and SMTP take (developers.google.com/workspace/gmail/imap/xoauth2-protocol).
import { ConfigError } from '../../errors.ts';
import type { TokenProvider } from '../token-provider.ts';
import { createOauthProvider } from './create-oauth-provider.ts';
import type { Endpoints } from './oauth-profile.ts';

const MAIL = 'https://mail.google.com/';

/** From accounts.google.com/.well-known/openid-configuration. Google gives no device code for the scope of mail. */
const GOOGLE: Endpoints = {
  issuer: 'https://accounts.google.com',
  authorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: 'https://oauth2.googleapis.com/token',
  deviceUrl: '',
};

/** `endpoints` and `mail` stand for Google's own in tests. */
export function createGoogleProvider(endpoints = GOOGLE, mail = MAIL): TokenProvider {
  return createOauthProvider({
    endpoints: ({ oauth }) => {
      if (oauth.clientId !== '') return endpoints;
      throw new ConfigError('signIn.noClientId', {}, { field: 'oauth.clientId' });
    },
    // The two besides mail say who answered.
    scopes: () => `openid email ${mail}`,
    // Without both there is no refresh token from the second sign-in on.
    parameters: { access_type: 'offline', prompt: 'consent' },
    neededScope: mail,
    // developers.google.com/identity/protocols/oauth2#expiration: six months.
    idleDays: 180,
    mustBeUser: true,
  });
}

export const googleProvider = createGoogleProvider();
