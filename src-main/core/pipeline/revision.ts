// The revision of a launcher's judgement: a hash of what decides over an item. A verdict "filtered" or "unrouted"
// holds only under the revision it was given; with another one the item is looked at again.
import { createHash } from 'node:crypto';
import type { Launcher } from '#contract/model/launcher';

export function revisionOf(launcher: Launcher): string {
  const source = launcher.source;
  const place =
    source.protocol === 'folder'
      ? { path: source.path, recursive: source.recursive, includeHidden: source.includeHidden }
      : {
          host: source.server.host,
          accountId: source.accountId,
          folder: source.folder,
          take: source.take,
        };
  const decisive = [launcher.filter, launcher.affiliations, launcher.limits.maxItemBytes, place];
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex').slice(0, 16);
}
