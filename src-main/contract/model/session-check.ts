// The check of a mail session: the incoming and the outgoing side of an account, opened together (what
// EmailOuvreSession does for a POP3 and SMTP session).
import { z } from 'zod';
import { CheckReport } from './check.ts';
import { ServerAddress } from './connection.ts';

export const IncomingSide = z.object({
  kind: z.enum(['imap', 'pop']),
  /** Port 0 = 143, or 993 with implicit TLS; POP3: 110, 995. */
  server: ServerAddress,
});
export type IncomingSide = z.infer<typeof IncomingSide>;

export const OutgoingSide = z.object({
  /** Host empty = that of the incoming side. Port 0 = 25 clear, 587 with STARTTLS, 465 with implicit TLS. */
  server: ServerAddress.extend({ host: z.string().trim().max(255).default('') }),
});
export type OutgoingSide = z.infer<typeof OutgoingSide>;

/** Null = that side was not asked for. */
export const SessionCheck = z.object({
  ok: z.boolean(),
  incoming: CheckReport.nullable(),
  outgoing: CheckReport.nullable(),
});
export type SessionCheck = z.infer<typeof SessionCheck>;
