// POP3 launcher: one mailbox (POP3 knows no folders), read on its schedule.
import { z } from 'zod';
import { AccountId } from '../ids.ts';
import { ServerAddress } from './connection.ts';
import { MailFilter, MailTake } from './mail-take.ts';

/** What becomes of a delivered mail: POP3 can neither mark nor move. */
export const PopFate = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('leave') }),
  z.object({ kind: z.literal('delete'), afterDays: z.number().int().min(0).max(3650).default(0) }),
]);
export type PopFate = z.infer<typeof PopFate>;

export const PopConfig = z.object({
  protocol: z.literal('pop'),
  /** Ports by default: 995 with implicit TLS, else 110. */
  server: ServerAddress,
  accountId: AccountId,
  /**
   * How a password is sent: `plain` = USER/PASS, `apop` = APOP or nothing, `auto` = APOP on a clear connection where the
   * server offers it, else USER/PASS. Accounts with a token use XOAUTH2 whatever is chosen here.
   */
  signIn: z.enum(['auto', 'plain', 'apop']).default('auto'),
  /**
   * Gmail: sign in as `recent:user`. Gmail shows each mail to one POP3 program only; with `recent:` it shows those of the last
   * 30 days to every program, whatever others have taken.
   */
  recent: z.boolean().default(false),
  take: MailTake.prefault({}),
  mailFilter: MailFilter.prefault({}),
  fate: PopFate.prefault({ kind: 'leave' }),
});
export type PopConfig = z.infer<typeof PopConfig>;
