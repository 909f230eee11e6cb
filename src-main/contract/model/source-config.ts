// Protocol-specific part of a launcher: a union on `protocol`.
import { z } from 'zod';
import { AccountId } from '../ids.ts';
import { AdullactConfig } from './adullact-config.ts';
import { ServerAddress } from './connection.ts';
import { FolderFate, FolderRejectedFate, MailFate } from './fate.ts';
import { MailFilter, MailTake } from './mail-take.ts';
import { O365Config } from './o365-config.ts';
import { PopConfig } from './pop-config.ts';

export { MailTake } from './mail-take.ts';

export const FolderConfig = z.object({
  protocol: z.literal('folder'),
  /** Chemin d'origine: absolute local path, or UNC (\\server\share\…). */
  path: z.string().min(1).max(4096),
  recursive: z.boolean().default(false),
  /** Names beginning with a dot and files hidden by convention (desktop.ini, Thumbs.db, ~$*) are skipped. */
  includeHidden: z.boolean().default(false),
  /** Mails dropped as files (`.eml`, `.msg`): delivered as they are, or opened and taken apart like mail that comes in. */
  mails: z.object({ open: z.boolean().default(false), take: MailTake.prefault({}) }).prefault({}),
  fate: FolderFate.prefault({ kind: 'archive' }),
  rejectedFate: FolderRejectedFate.prefault({ kind: 'leave' }),
});
export type FolderConfig = z.infer<typeof FolderConfig>;

export const ImapConfig = z.object({
  protocol: z.literal('imap'),
  server: ServerAddress,
  accountId: AccountId,
  /** Chemin d'origine: folder on the server, in Unicode. */
  folder: z.string().min(1).max(1000).default('INBOX'),
  take: MailTake.prefault({}),
  mailFilter: MailFilter.prefault({}),
  fate: MailFate.prefault({ kind: 'leave' }),
  rejectedFate: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('leave') }),
      z.object({ kind: z.literal('move'), folder: z.string().min(1) }),
    ])
    .prefault({ kind: 'leave' }),
});
export type ImapConfig = z.infer<typeof ImapConfig>;

export const SourceConfig = z.discriminatedUnion('protocol', [
  AdullactConfig,
  FolderConfig,
  ImapConfig,
  O365Config,
  PopConfig,
]);
export type SourceConfig = z.infer<typeof SourceConfig>;
export type Protocol = SourceConfig['protocol'];
