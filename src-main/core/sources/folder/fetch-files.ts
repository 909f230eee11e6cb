// Hands listed files over to the intake: a path, not bytes, for the intake links, clones or copies. Each is looked at
// once more just before; what is not what was listed fails alone.
import path from 'node:path';
import { GoneError, RefusedError, throwIfAborted } from '../../errors.ts';
import type { Logger } from '../../ports.ts';
import type { FetchOrder, Intake } from '../source.ts';
import { isAsFound } from '../../files/seen-file.ts';
import { type FileLocation, readLocation } from './file-identity.ts';
import { FILE_PART } from './file-item.ts';
import type { FolderAccess, Look } from './folder-access.ts';
import { folderError } from './folder-errors.ts';
import { readDroppedMail, type DroppedMails } from './read-dropped-mail.ts';

export type Fetching = {
  readonly access: FolderAccess;
  readonly archiveAccess: FolderAccess;
  /** The fate is to delete at once: a hard link may stand in for a copy. */
  readonly mayLink: boolean;
  readonly dropped: DroppedMails;
  readonly platform: NodeJS.Platform;
  readonly logger: Logger;
  readonly signal: AbortSignal;
};

/** Looked at together just before they are handed over. */
const TOGETHER = 32;

export async function fetchFiles(
  orders: readonly FetchOrder[],
  intake: Intake,
  fetching: Fetching,
): Promise<void> {
  for (let at = 0; at < orders.length; at += TOGETHER) {
    const some = orders.slice(at, at + TOGETHER);
    const looks = await looksAt(some, fetching);
    for (const [index, order] of some.entries()) {
      throwIfAborted(fetching.signal);
      await fetchFile({ order, ...(looks[index] ?? nowhere) }, intake, fetching);
    }
  }
}

type Found = { readonly from: FileLocation | undefined; readonly look: Look };

const nowhere: Found = { from: undefined, look: 'ENOENT' };

async function looksAt(orders: readonly FetchOrder[], fetching: Fetching): Promise<Found[]> {
  const froms = orders.map(({ item }) => readLocation(item.location));
  const paths = (archived: boolean): string[] =>
    froms.flatMap((from) => (from?.archived === archived ? [from.path] : []));
  const here = (await fetching.access.looks('', paths(false))).values();
  const archived = (await fetching.archiveAccess.looks('', paths(true))).values();
  return froms.map((from): Found => {
    if (from === undefined) return nowhere;
    const look = (from.archived ? archived : here).next().value;
    return { from, look: look ?? 'ENOENT' };
  });
}

async function fetchFile(
  { order, from, look }: Found & { readonly order: FetchOrder },
  intake: Intake,
  fetching: Fetching,
): Promise<void> {
  const access = from?.archived === true ? fetching.archiveAccess : fetching.access;
  const file = from?.path ?? path.basename(order.item.key);
  if (from === undefined || typeof look === 'string') {
    const missing = typeof look === 'string' ? look : 'ENOENT';
    intake.failed(order, folderError('file', missing, file));
    return;
  }
  const params = { path: file };
  if (!isAsFound(look, from)) {
    // What lies there now is a new item, and is offered as such at the next look.
    intake.failed(order, new GoneError('file.changed', params));
    return;
  }
  if (look.size === 0) {
    intake.failed(order, new RefusedError('file.empty', params));
    return;
  }
  if (fetching.platform === 'win32') {
    // Somebody may have opened it since it was listed.
    const opened = await access.inspect(file, noCheck);
    if (!opened.ok) {
      intake.failed(order, folderError('file', opened.code, file));
      return;
    }
  }
  const { warning } = order.item.facts;
  // Taken though it looks unfinished: the sidecar says so too.
  if (warning !== undefined) fetching.logger.log('warn', warning, { path: file });
  if (order.item.unread) {
    const isStill = async () => {
      const [now = 'ENOENT'] = await access.looks('', [from.path]);
      return typeof now === 'object' && isAsFound(now, from);
    };
    await readDroppedMail({ order, path: file, isAsFound: isStill }, intake, fetching.dropped);
    return;
  }
  const offer = order.parts.find((part) => part.part === FILE_PART);
  if (offer !== undefined) {
    const mayLink = fetching.mayLink && !from.archived;
    const isLocal = access.kind === 'local';
    const { size: sizeBytes, mtimeMs } = look;
    intake.file(order, offer, { path: file, sizeBytes, mtimeMs, mayLink, isLocal });
  }
  const full = intake.done(order);
  if (full !== undefined) await full;
}

// eslint-disable-next-line require-yield -- nothing to read: opening exclusively is the whole question
function* noCheck(): Generator<never, null> {
  return null;
}
