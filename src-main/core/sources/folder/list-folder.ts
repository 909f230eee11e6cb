// The listing of a run: the whole truth of the tree each time, oldest first. What a trouble hides is offered again as
// not ready rather than taken for gone; what was asked for again is offered from wherever its fate put it.
import path from 'node:path';
import type { AppError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';
import type { ListBatch, ListRequest, OpenItem, SourceItem } from '../source.ts';
import { type FileLocation, readLocation, versionOf } from './file-identity.ts';
import { fileItem, notReady, troubleItem } from './file-item.ts';
import type { FolderAccess } from './folder-access.ts';
import { oldestFirst } from './oldest-first.ts';
import { createPace } from './pace.ts';
import type { Root } from './root-probe.ts';
import { scanTree, type TreeScan, type Trouble } from './scan-tree.ts';
import type { SkipRules } from './skip-rules.ts';
import { watchFile } from './watch-file.ts';

export type Listing = {
  readonly rootPath: string;
  readonly root: Root;
  readonly probeRoot: () => Promise<Root>;
  readonly access: FolderAccess;
  readonly archiveAccess: FolderAccess;
  readonly rules: SkipRules;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly quietSeconds: number;
  readonly request: ListRequest;
  /** Told once per scan, before the first batch. */
  readonly onScan: (scan: TreeScan) => void;
};

const BATCH_ITEMS = 512;

export async function* listFolder(listing: Listing): AsyncGenerator<ListBatch> {
  const { request, rootPath } = listing;
  const open = new Map(request.open.map((item) => [idOf(item), item]));
  const isReplaying = request.open.some((item) => item.replay);
  const scan = await scanTree({
    ...listing,
    isKnown: (key, version) =>
      request.isKnown(key, version) &&
      !(isReplaying && open.get(idOf({ key, version }))?.replay === true),
  });
  listing.onScan(scan);
  let { knownCount } = scan;
  let items: SourceItem[] = [];
  const pace = createPace(listing.clock);
  for await (const file of oldestFirst(scan.found, pace, listing.signal)) {
    const at = path.join(rootPath, ...file.key.split('/'));
    const id = idOf({ key: file.key, version: versionOf(file) });
    const item = await watchFile(listing, { file, path: at, open: open.get(id) });
    if (item === undefined) continue;
    open.delete(id);
    items.push(item);
    if (items.length < BATCH_ITEMS) continue;
    yield { items, knownCount };
    items = [];
    knownCount = 0;
  }
  for (const trouble of scan.troubles) items.push(troubleItem(trouble, rootPath));
  for (const hidden of await offerHidden(listing, scan.troubles, open.values())) items.push(hidden);
  if (items.length > 0 || knownCount > 0) yield { items, knownCount };
}

const idOf = (item: { readonly key: string; readonly version: string }): string =>
  `${item.key}\0${item.version}`;

/** What the scan did not come across although it is, or may be, still there. */
async function offerHidden(
  listing: Listing,
  troubles: readonly Trouble[],
  open: Iterable<OpenItem>,
): Promise<SourceItem[]> {
  const items: SourceItem[] = [];
  for (const item of open) {
    const location = readLocation(item.location);
    if (location === undefined) continue;
    const trouble = troubles.find((one) => isBelow(item.key, one.key));
    const offered = item.replay
      ? await offerAgain(listing, item, location)
      : trouble && offerLater(item, location, trouble.error);
    if (offered !== undefined) items.push(offered);
  }
  return items;
}

const isBelow = (key: string, folder: string): boolean =>
  folder === '/' || (folder.endsWith('/') && key.startsWith(folder));

async function offerAgain(
  { access, archiveAccess }: Listing,
  item: OpenItem,
  location: FileLocation,
): Promise<SourceItem | undefined> {
  const [look] = await (location.archived ? archiveAccess : access).looks('', [location.path]);
  if (typeof look !== 'object' || !look.isFile()) return undefined;
  const now = { ...location, sizeBytes: look.size, mtimeMs: look.mtimeMs };
  // In its archive it is what we put there; at its old place another state is another item.
  if (!location.archived && versionOf(now) !== item.version) return undefined;
  const { key, version } = item;
  return fileItem({ key, version, location: now, dev: look.dev, readiness: { ready: true } });
}

function offerLater(item: OpenItem, location: FileLocation, reason: AppError): SourceItem {
  const readiness = notReady(reason, item.observation ?? '');
  return fileItem({ key: item.key, version: item.version, location, dev: null, readiness });
}
