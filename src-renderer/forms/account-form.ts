// An account as a form, by its method. The secret goes in; whether there is one is all that comes out.
import type { Account, AccountMethod } from '#contract/model/account';
import type { Field, FieldsFor } from './field.ts';
import { fieldsOf } from './make-field.ts';

const account = fieldsOf('window.section.account');
const application = fieldsOf('window.section.application');

const only = (...methods: readonly AccountMethod[]) => ({
  showWhen: { path: 'method', is: methods },
});

/** What the secret is called, by method; the others need none from a person. */
const secrets = {
  password: 'account.password',
  token: 'account.token',
  google: 'account.clientSecret',
  oauth: 'account.clientSecret',
  microsoftApp: 'account.certificate',
} as const;

/** Methods that sign in on the provider's own page. */
export const signsIn = (method: AccountMethod): boolean =>
  method === 'google' || method === 'microsoft' || method === 'oauth';

export function accountFields(method: AccountMethod, hasSecret: boolean) {
  const lines = method === 'microsoftApp' ? { lines: 5, width: 'full' as const } : {};
  return {
    name: account.text('account.name', { help: 'account.name' }),
    user: account.text('account.user', { help: 'account.user' }),
    method: account.select(
      'account.method',
      'method',
      ['password', 'google', 'microsoft', 'microsoftApp', 'oauth', 'token'],
      { help: method === 'password' ? 'account.method' : `account.by.${method}`, width: 'full' },
    ),
    'oauth.clientId': application.text('account.clientId', {
      help: 'account.clientId',
      mono: true,
      ...only('google', 'microsoft', 'microsoftApp', 'oauth'),
    }),
    'oauth.tenant': application.text('account.tenant', {
      help: 'account.tenant',
      ...only('microsoft', 'microsoftApp'),
    }),
    'oauth.cloud': application.select(
      'account.cloud',
      'cloud',
      ['global', 'usGov', 'usDod', 'china'],
      only('microsoft', 'microsoftApp'),
    ),
    'oauth.issuer': application.text('account.issuer', {
      help: 'account.issuer',
      ...only('oauth'),
    }),
    'oauth.authorizeUrl': application.text('account.authorizeUrl', only('oauth')),
    'oauth.tokenUrl': application.text('account.tokenUrl', only('oauth')),
    'oauth.deviceUrl': application.text('account.deviceUrl', {
      help: 'account.deviceUrl',
      ...only('oauth'),
    }),
    'oauth.scopes': application.text('account.scopes', {
      help: 'account.scopes',
      ...only('oauth'),
    }),
    'oauth.redirectPort': application.number('account.redirectPort', {
      zero: 'window.zero.redirectPort',
      ...only('oauth'),
    }),
    // The secret of an application stands beside its id.
    secret: (method === 'password' || method === 'token' ? account : application).secret(
      method === 'microsoft' ? 'account.secret' : secrets[method],
      {
        isStored: hasSecret,
        ...lines,
        ...only('password', 'token', 'google', 'microsoftApp', 'oauth'),
      },
    ),
  } satisfies FieldsFor<Pick<Account, 'name' | 'user' | 'method' | 'oauth'>> & { secret: Field };
}
