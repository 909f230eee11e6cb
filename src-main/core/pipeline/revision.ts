// The revision of a launcher's judgement: a hash of what decides over an item. A verdict "filtered" or "unrouted"
// holds only under the revision it was given; with another one the item is looked at again.
import { createHash } from 'node:crypto';
import type { Launcher } from '#contract/model/launcher';

export function revisionOf(launcher: Launcher): string {
  const source = launcher.source;
  const place =
    source.protocol === 'adullact'
      ? { path: source.path, envelope: source.envelope }
      : source.protocol === 'folder'
        ? {
            path: source.path,
            recursive: source.recursive,
            includeHidden: source.includeHidden,
            mails: source.mails,
          }
        : {
            host: 'server' in source ? source.server.host : source.mailbox,
            accountId: source.accountId,
            folder: 'folder' in source ? source.folder : '',
            take: source.take,
            mailFilter: source.mailFilter,
          };
  const decisive = [launcher.filter, launcher.affiliations, launcher.limits.maxItemBytes, place];
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex').slice(0, 16);
}
