// Protocol-specific part of a launcher: a union on `protocol`.
import { z } from 'zod';
import { AccountId } from '../ids.ts';
import { ServerAddress } from './connection.ts';
import { FolderFate, MailFate } from './fate.ts';

export const FolderConfig = z.object({
  protocol: z.literal('folder'),
  /** Chemin d'origine: absolute local path, or UNC (\\server\share\…). */
  path: z.string().min(1).max(4096),
  recursive: z.boolean().default(false),
  /** Names beginning with a dot and files hidden by convention (desktop.ini, Thumbs.db, ~$*) are skipped. */
  includeHidden: z.boolean().default(false),
  fate: FolderFate.prefault({ kind: 'archive' }),
  rejectedFate: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('leave') }),
      z.object({ kind: z.literal('move'), folder: z.string().min(1).max(4096) }),
    ])
    .prefault({ kind: 'leave' }),
});
export type FolderConfig = z.infer<typeof FolderConfig>;

/** What a mail is turned into. */
export const MailTake = z.object({
  what: z.enum(['attachments', 'message', 'both', 'body']).default('attachments'),
  /** Images shown inside the text (logos, signatures): usually not documents. */
  inlineImages: z.boolean().default(false),
  /** A message attached to the message. */
  forwarded: z.enum(['deliver', 'ignore']).default('deliver'),
});
export type MailTake = z.infer<typeof MailTake>;

export const ImapConfig = z.object({
  protocol: z.literal('imap'),
  server: ServerAddress,
  accountId: AccountId,
  /** Chemin d'origine: folder on the server, in Unicode. */
  folder: z.string().min(1).max(1000).default('INBOX'),
  take: MailTake.prefault({}),
  fate: MailFate.prefault({ kind: 'leave' }),
  rejectedFate: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('leave') }),
      z.object({ kind: z.literal('move'), folder: z.string().min(1) }),
    ])
    .prefault({ kind: 'leave' }),
});
export type ImapConfig = z.infer<typeof ImapConfig>;

export const SourceConfig = z.discriminatedUnion('protocol', [FolderConfig, ImapConfig]);
export type SourceConfig = z.infer<typeof SourceConfig>;
export type Protocol = SourceConfig['protocol'];
