// The Office 365 launcher: a folder of a mailbox in Exchange Online, read through Microsoft Graph.
import { z } from 'zod';
import { AccountId } from '../ids.ts';
import { MailFilter, MailTake } from './mail-take.ts';

/**
 * A folder of the mailbox: names from the top, `/` between them (`\/` for a slash inside a name). The first may be a
 * well-known name (`inbox`, `archive`, `sentitems`, `deleteditems`, `junkemail`, `drafts`, `msgfolderroot`), which
 * means the same folder whatever the language of the mailbox: `inbox/Factures`. Or `id:` and the folder's id.
 */
export const O365Folder = z.string().trim().min(1).max(2000);

/** `mark` sets read, the follow-up flag and/or a category; `delete` moves to the deleted items. */
export const O365Fate = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('leave') }),
  z.object({
    kind: z.literal('mark'),
    seen: z.boolean().default(true),
    flagged: z.boolean().default(false),
    /** Name of a category, as Outlook shows it; empty = none. A comma would make two of it. */
    category: z
      .string()
      .trim()
      .max(255)
      .regex(/^[^,;]*$/)
      .default(''),
  }),
  z.object({ kind: z.literal('move'), folder: O365Folder }),
  z.object({ kind: z.literal('delete'), afterDays: z.number().int().min(0).max(3650).default(0) }),
]);
export type O365Fate = z.infer<typeof O365Fate>;

export const O365Config = z.object({
  protocol: z.literal('o365'),
  accountId: AccountId,
  /** Address of a shared mailbox (or of the one an application reads); empty = the mailbox of who signed in. */
  mailbox: z.string().trim().max(320).default(''),
  folder: O365Folder.default('inbox'),
  take: MailTake.prefault({}),
  mailFilter: MailFilter.prefault({}),
  fate: O365Fate.prefault({ kind: 'leave' }),
  rejectedFate: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('leave') }),
      z.object({ kind: z.literal('move'), folder: O365Folder }),
    ])
    .prefault({ kind: 'leave' }),
});
export type O365Config = z.infer<typeof O365Config>;
