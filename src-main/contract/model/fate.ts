// What becomes of a source item once it is delivered, or once it is set aside by the filter.
import { z } from 'zod';

/** Folder launchers. The archive lies under `archiveFolder`, in a sub-folder per day (yyyy-mm-dd). */
export const FolderFate = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('archive'), archiveFolder: z.string().default('') }),
  z.object({ kind: z.literal('delete'), afterDays: z.number().int().min(0).max(3650).default(0) }),
  z.object({ kind: z.literal('leave') }),
]);
export type FolderFate = z.infer<typeof FolderFate>;

/** Of what the filter of a folder launcher turns down. */
export const FolderRejectedFate = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('leave') }),
  z.object({ kind: z.literal('move'), folder: z.string().min(1).max(4096) }),
]);

/** Mail launchers. `mark` sets \Seen, \Flagged and/or a keyword; `move` goes to another folder of the server. */
export const MailFate = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('leave') }),
  z.object({
    kind: z.literal('mark'),
    seen: z.boolean().default(true),
    flagged: z.boolean().default(false),
    /** An ASCII atom (RFC 9051 flag-keyword); empty = none. */
    keyword: z
      .string()
      .regex(/^[A-Za-z0-9$_.-]{0,60}$/)
      .default(''),
  }),
  z.object({ kind: z.literal('move'), folder: z.string().min(1) }),
  z.object({ kind: z.literal('delete'), afterDays: z.number().int().min(0).max(3650).default(0) }),
]);
export type MailFate = z.infer<typeof MailFate>;
