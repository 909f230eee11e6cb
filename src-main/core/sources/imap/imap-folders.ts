// The folders of a mailbox for the picker of the form, with Unicode names as the configuration wants them.
import type { SourceFolder } from '../source.ts';
import type { ImapSession } from './imap-session.ts';

export async function listFolders(
  session: ImapSession,
  signal: AbortSignal,
): Promise<readonly SourceFolder[]> {
  const folders = await session.inTurn(() => session.call((client) => client.list(), signal));
  return folders
    .map((folder) => {
      const role = ROLES.get(folder.specialUse ?? '');
      return {
        path: folder.path,
        label: folder.path,
        selectable: !folder.flags.has('\\Noselect') && !folder.flags.has('\\NonExistent'),
        ...(role === undefined ? {} : { role }),
      };
    })
    .sort(inboxFirst);
}

const ROLES = new Map<string, NonNullable<SourceFolder['role']>>([
  ['\\Inbox', 'inbox'],
  ['\\Archive', 'archive'],
  ['\\All', 'all'],
  ['\\Drafts', 'drafts'],
  ['\\Flagged', 'flagged'],
  ['\\Junk', 'junk'],
  ['\\Sent', 'sent'],
  ['\\Trash', 'trash'],
]);

function inboxFirst(a: SourceFolder, b: SourceFolder): number {
  const rank = (folder: SourceFolder) => (folder.path === 'INBOX' ? 0 : 1);
  return rank(a) - rank(b) || a.path.localeCompare(b.path);
}
