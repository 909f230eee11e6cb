// Microsoft's clouds: where to sign in, and what the permissions of each service are called there
// (learn.microsoft.com/graph/deployments, learn.microsoft.com/entra/identity-platform/authentication-national-cloud).
import type { OauthSettings } from '#contract/model/account';
import type { Audience } from '../token-provider.ts';

export type CloudName = OauthSettings['cloud'];

export type Cloud = {
  /** Origin of the sign-in service. */
  readonly login: string;
  /** Permissions asked for, by what the token is shown to. */
  readonly scopes: Readonly<Record<Audience, readonly string[]>>;
  /** Speaks plain OpenID Connect: no endpoint of Microsoft's own. Only a stand-in does. */
  readonly isOpenId?: boolean;
};

export type Clouds = Readonly<Record<CloudName, Cloud>>;

/**
 * `.default` = all permissions that the application is registered with, of every service: so one consent serves Graph
 * and the mail protocols, and the administrator decides what the program may do.
 */
const cloud = (login: string, graph: string, mail: string): Cloud => ({
  login,
  scopes: { graph: [`${graph}/.default`], mail: [`${mail}/.default`] },
});

export const microsoftClouds: Clouds = {
  global: cloud(
    'https://login.microsoftonline.com',
    'https://graph.microsoft.com',
    'https://outlook.office365.com',
  ),
  usGov: cloud(
    'https://login.microsoftonline.us',
    'https://graph.microsoft.us',
    'https://outlook.office365.us',
  ),
  usDod: cloud(
    'https://login.microsoftonline.us',
    'https://dod-graph.microsoft.us',
    'https://outlook-dod.office365.us',
  ),
  china: cloud(
    'https://login.partner.microsoftonline.cn',
    'https://microsoftgraph.chinacloudapi.cn',
    'https://partner.outlook.cn',
  ),
};

/** What the application must be allowed to do, for the letter to the administrator. */
export const PERMISSIONS = {
  person: ['Mail.ReadWrite', 'Mail.Send', 'Mail.ReadWrite.Shared', 'Mail.Send.Shared'],
  application: ['Mail.ReadWrite', 'Mail.Send'],
} as const;

/** Where an administrator consents for the whole organisation (learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent). */
export function adminConsentUrl({ login }: Cloud, { tenant, clientId }: OauthSettings): string {
  const organisation = tenant === '' ? 'organizations' : tenant;
  const query = new URLSearchParams({ client_id: clientId });
  return `${login}/${encodeURIComponent(organisation)}/adminconsent?${query.toString()}`;
}
