// Account: one set of credentials, used by launchers and connectors alike. The secret itself goes in by
// its own call and never comes out.
import { z } from 'zod';
import { ErrorBody } from '../error-codes.ts';
import { AccountId } from '../ids.ts';

export const AccountMethod = z.enum([
  'password', // LOGIN/PLAIN, USER/PASS (an application password for Gmail)
  'token', // an OAuth access token typed in (XOAUTH2); it is never refreshed
  'google', // sign-in with Google; the secret is the client secret of the client id
  'microsoft', // sign-in with Microsoft, as a person
  'microsoftApp', // Microsoft as an application: the secret is the PEM text of private key and certificate
  'oauth', // any OAuth2 provider, by its addresses; the secret is the client secret, if there is one
]);
export type AccountMethod = z.infer<typeof AccountMethod>;

/** Whether nothing can be done without a secret; for the others there is none, or only for some clients. */
export const needsSecret = (method: AccountMethod): boolean =>
  method !== 'microsoft' && method !== 'oauth';

/** Used by the methods that sign in with a provider; the fields a method has no use for stay empty. */
export const OauthSettings = z.object({
  clientId: z.string().trim().max(300).default(''),
  /** Microsoft: directory id or domain; empty = any organisation. */
  tenant: z.string().trim().max(300).default(''),
  /** Microsoft: national clouds have addresses of their own. */
  cloud: z.enum(['global', 'usGov', 'usDod', 'china']).default('global'),
  /** `oauth`: the provider's own name, an address; with it the three below may stay empty (OpenID discovery). */
  issuer: z.string().trim().max(2000).default(''),
  /** `oauth`: addresses of the provider; HTTPS, or HTTP on loopback. */
  authorizeUrl: z.string().trim().max(2000).default(''),
  tokenUrl: z.string().trim().max(2000).default(''),
  /** Empty = the provider has no sign-in by code (RFC 8628). */
  deviceUrl: z.string().trim().max(2000).default(''),
  /** `oauth`: separated by blanks. The others know theirs. */
  scopes: z.string().trim().max(2000).default(''),
  /** `oauth`: port on 127.0.0.1 that the browser answers to, where the provider wants one certain address; 0 = any. */
  redirectPort: z.number().int().min(0).max(65535).default(0),
});
export type OauthSettings = z.infer<typeof OauthSettings>;

const fields = {
  name: z.string().trim().min(1).max(200),
  user: z.string().trim().min(1).max(320),
  method: AccountMethod.default('password'),
  oauth: OauthSettings.prefault({}),
};

export const AccountDraft = z.object({
  id: AccountId.optional(),
  ...fields,
  /** Left out = keep the stored one. */
  secret: z.string().min(1).max(20_000).optional(),
});
export type AccountDraft = z.input<typeof AccountDraft>;

/** What a sign-in left behind; no token in it. */
export const SignedIn = z.object({
  /** Who answered, as the provider names them. */
  user: z.string(),
  signedInAt: z.string(),
  lastRefreshAt: z.string().nullable(),
  /** When the access token ends; it is renewed by itself. */
  accessUntil: z.string().nullable(),
  /** When somebody must have signed in again, or replaced the certificate: as the provider says, or by its rules. */
  renewUntil: z.string().nullable(),
  /** Set when the provider refused to renew: somebody must sign in again. */
  refused: ErrorBody.nullable(),
});
export type SignedIn = z.infer<typeof SignedIn>;

export const Account = z.object({
  id: AccountId,
  ...fields,
  hasSecret: z.boolean(),
  signedIn: SignedIn.nullable(),
  createdAt: z.string(),
  changedAt: z.string(),
});
export type Account = z.infer<typeof Account>;

const DAY_MS = 86_400_000;
/** A new certificate takes an administrator longer than a sign-in takes anybody. */
const NOTICE_DAYS = { certificate: 30, signIn: 14 } as const;

/** Whether it is time to sign in again, or to replace the certificate, though all still works. */
export function endsSoon(
  { method, signedIn }: Pick<Account, 'method' | 'signedIn'>,
  now: Date,
): boolean {
  if (signedIn === null) return false;
  const { renewUntil, signedInAt } = signedIn;
  if (renewUntil === null) return false;
  const endMs = Date.parse(renewUntil);
  const leftMs = endMs - now.getTime();
  if (method === 'microsoftApp') return leftMs < NOTICE_DAYS.certificate * DAY_MS;
  // Where it never lasts long, half of the time is warning enough.
  const halfMs = (endMs - Date.parse(signedInAt)) / 2;
  return leftMs < Math.min(NOTICE_DAYS.signIn * DAY_MS, halfMs);
}
