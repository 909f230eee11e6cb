// What a mail is turned into, and which mails are looked at: the same rules however mail comes in (IMAP, POP3, Office 365,
// an `.eml` dropped into a folder).
import { z } from 'zod';
import { FilterSpec } from './filter.ts';

/** What a mail is turned into. */
export const MailTake = z.object({
  what: z
    .enum(['attachments', 'message', 'both', 'body', 'bodyAndAttachments'])
    .default('attachments'),
  /**
   * How the text of the mail is delivered: `page` = one HTML file that shows and prints by itself (pictures of the mail
   * inside, nothing loaded from the network), `text` = plain text in UTF-8, `asSent` = the part byte for byte.
   */
  bodyAs: z.enum(['page', 'text', 'asSent']).default('page'),
  /** Images shown inside the text (logos, signatures): usually not documents. */
  inlineImages: z.boolean().default(false),
  /** A message attached to the message: as one `.eml`, opened for its own documents, or passed over. */
  forwarded: z.enum(['deliver', 'open', 'ignore']).default('deliver'),
  /** winmail.dat (TNEF), in which Outlook hides attachments. */
  winmail: z.enum(['open', 'deliver']).default('open'),
  /** A message stored by Outlook (`.msg`). */
  outlook: z.enum(['open', 'deliver']).default('deliver'),
  zip: z.enum(['open', 'deliver']).default('deliver'),
  /** A mail wrapped in its S/MIME signature (smime.p7m). */
  signed: z.enum(['open', 'deliver']).default('open'),
  /** Invitations: only those attached as a file, all of them, or none. */
  calendar: z.enum(['attached', 'all', 'ignore']).default('attached'),
  /** Encrypted S/MIME and PGP, password-protected PDF and ZIP: named as such, and delivered or set aside. */
  protectedFiles: z.enum(['deliver', 'quarantine']).default('deliver'),
});
export type MailTake = z.infer<typeof MailTake>;

/** The same two languages as the filter on file names; an empty `include` is every mail. */
const TextFilter = FilterSpec.extend({ include: FilterSpec.shape.include.default('') });

/** Which mails are looked at at all; what each of them holds is judged by the filter on file names. */
export const MailFilter = z.object({
  /** The sender, as `name <address>` and as the bare address: one of them must match; an excluded one must match neither. */
  from: TextFilter.prefault({}),
  /** Recipients (To, Cc), each judged as the sender is: one of them must pass. */
  to: TextFilter.prefault({}),
  subject: TextFilter.prefault({}),
  /** Mails older than this many days are left; 0 = no limit. */
  maxAgeDays: z.number().int().min(0).max(36_500).default(0),
  /** Size of the whole mail in bytes; 0 = no limit. */
  minBytes: z.number().int().min(0).default(0),
  maxBytes: z.number().int().min(0).default(0),
});
export type MailFilter = z.infer<typeof MailFilter>;
