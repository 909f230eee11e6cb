// Any OAuth2 provider, by its addresses or by the name of its issuer.
import type { Account } from '#contract/model/account';
import { ConfigError } from '../../errors.ts';
import type { TokenProvider } from '../token-provider.ts';
import { createOauthProvider } from './create-oauth-provider.ts';
import type { OauthProfile } from './oauth-profile.ts';

export const oauthProvider: TokenProvider = createOauthProvider({
  endpoints: endpointsOf,
  scopes: ({ oauth }) => oauth.scopes.split(/\s+/).join(' '),
  parameters: {},
  neededScope: '',
  idleDays: null,
  mustBeUser: false,
});

function endpointsOf({ oauth }: Account): ReturnType<OauthProfile['endpoints']> {
  if (oauth.clientId === '') {
    throw new ConfigError('signIn.noClientId', {}, { field: 'oauth.clientId' });
  }
  const { issuer, authorizeUrl, tokenUrl, deviceUrl } = oauth;
  if (tokenUrl === '' && issuer !== '') {
    return { discover: expectSafe(issuer, 'oauth.issuer') };
  }
  return {
    issuer: issuer === '' ? null : expectSafe(issuer, 'oauth.issuer'),
    authorizeUrl: authorizeUrl === '' ? '' : expectSafe(authorizeUrl, 'oauth.authorizeUrl'),
    tokenUrl: expectSafe(tokenUrl, 'oauth.tokenUrl'),
    deviceUrl: deviceUrl === '' ? '' : expectSafe(deviceUrl, 'oauth.deviceUrl'),
  };
}

/** HTTPS; clear text only where it does not leave the machine. */
function expectSafe(text: string, field: string): string {
  const url = URL.parse(text);
  const isLocal = url !== null && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return text;
  throw new ConfigError('signIn.badAddress', { address: text }, { field });
}
