// Account: one set of credentials, used by launchers and connectors alike. The secret itself goes in by
// its own call and never comes out.
import { z } from 'zod';
import { AccountId } from '../ids.ts';

const fields = {
  name: z.string().trim().min(1).max(200),
  user: z.string().trim().min(1).max(320),
  /** `password`: LOGIN/PLAIN (an application password for Gmail); `token`: an OAuth access token (XOAUTH2). */
  method: z.enum(['password', 'token']).default('password'),
};

export const AccountDraft = z.object({
  id: AccountId.optional(),
  ...fields,
  /** Left out = keep the stored one. */
  secret: z.string().min(1).max(20_000).optional(),
});
export type AccountDraft = z.input<typeof AccountDraft>;

export const Account = z.object({
  id: AccountId,
  ...fields,
  hasSecret: z.boolean(),
  createdAt: z.string(),
  changedAt: z.string(),
});
export type Account = z.infer<typeof Account>;
