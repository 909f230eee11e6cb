// A sign-in with a provider while it goes on: what to open, what to type, and how it ended.
import { z } from 'zod';
import { ErrorBody } from '../error-codes.ts';
import { AccountId, SignInId } from '../ids.ts';

export const SignInWay = z.enum([
  'browser', // authorization code + PKCE in the system's browser, answered on loopback (RFC 8252)
  'deviceCode', // a code typed on the provider's page, on any machine (RFC 8628)
]);
export type SignInWay = z.infer<typeof SignInWay>;

export const SignIn = z.object({
  id: SignInId,
  accountId: AccountId,
  way: SignInWay,
  state: z.enum(['waiting', 'done', 'failed', 'cancelled']),
  /** What to open: the provider's page. */
  url: z.string(),
  /** What to type there; empty for `browser`. */
  code: z.string(),
  expiresAt: z.string().nullable(),
  /** The account that answered, once done. */
  user: z.string().nullable(),
  error: ErrorBody.nullable(),
  /** Where an administrator gives consent, when that is what is missing; empty otherwise. */
  adminConsentUrl: z.string(),
});
export type SignIn = z.infer<typeof SignIn>;
