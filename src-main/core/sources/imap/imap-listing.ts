// What is new in a folder. A look costs one STATUS when nothing is; otherwise the structures of what arrived, and of
// the items the ledger still has open. UIDs only ever grow (RFC 9051 §2.3.1.1), so a number is memory enough;
// once a day all of them are compared all the same, for servers that show a message later than its number.
import type { ImapConfig } from '#contract/model/source-config';
import type { Clock } from '../../ports.ts';
import { mailItem, unreadableItem } from '../../mail/message-item.ts';
import { needsReading } from '../../mail/opener/needs-reading.ts';
import type { ListBatch, ListRequest, OpenItem, SourceItem } from '../source.ts';
import {
  messageKey,
  readCursor,
  readLocation,
  writeLocation,
  type ListCursor,
  type MessageLocation,
} from './imap-location.ts';
import type { ImapSession } from './imap-session.ts';
import type { OpenMailbox } from './mailbox.ts';
import {
  existingUids,
  readStructures,
  type MessageStructure,
  type UidRange,
} from './message-structure.ts';
import { inChunks } from './uid-set.ts';

export type ListingOptions = {
  readonly session: ImapSession;
  readonly config: ImapConfig;
  readonly clock: Clock;
  readonly request: ListRequest;
  readonly signal: AbortSignal;
  readonly remember: (cursor: string) => void;
};

/** Messages per command and per batch: few enough that the garbage of parsing dies young. */
const BATCH = 250;
/** A gap between two UIDNEXT that is wider is searched first instead of being walked through. */
const WIDEST_GAP = 2000;
const FULL_EVERY_MS = 24 * 3_600_000;

export async function* listMessages(options: ListingOptions): AsyncGenerator<ListBatch> {
  const { session, config, request, signal, clock } = options;
  const scope = JSON.stringify([
    config.server.host,
    config.server.port,
    config.accountId,
    config.folder,
  ]);
  const cursor = usable(readCursor(request.cursor), scope, clock);
  const open = openByFolder(request.open);
  const here = open.get(config.folder) ?? [];
  open.delete(config.folder);

  const plan = await session.inTurn(async (): Promise<Plan | null> => {
    const status = cursor ? await session.mailboxes.status(config.folder, signal) : null;
    if (cursor && status?.uidValidity === cursor.uidValidity) {
      if (status.uidNext <= cursor.uidNext && here.length === 0) return null;
      return await planGrowth(options, cursor, status.uidNext, here);
    }
    return await planAll(options, here);
  });

  if (plan) {
    if (plan.knownCount > 0) yield { items: [], knownCount: plan.knownCount };
    yield* readBatches(options, config.folder, plan, here);
  }
  for (const [folder, items] of open) {
    const uids = items.map(({ location }) => location.uid);
    yield* readBatches(options, folder, { chunks: [...inChunks(uids, BATCH)] }, items);
  }
  if (plan) {
    const { uidValidity, uidNext, isFull } = plan;
    const lastFullAt = isFull || !cursor ? clock.now().toISOString() : cursor.lastFullAt;
    const next: ListCursor = { scope, uidValidity, uidNext, lastFullAt };
    options.remember(JSON.stringify(next));
  } else if (request.cursor !== null) {
    options.remember(request.cursor);
  }
}

/** Whether the message lies where it was: not when it was moved, erased, or the folder numbered anew. */
export async function isStillThere(
  session: ImapSession,
  text: string,
  signal: AbortSignal,
): Promise<boolean> {
  const location = readLocation(text);
  if (!location) return false;
  const { folder, uidValidity, uid } = location;
  return await session.inTurn(async () => {
    const mailbox = await session.mailboxes.open(folder, signal);
    if (mailbox.uidValidity !== uidValidity) return false;
    const found = await existingUids(session.wire, String(uid), signal);
    return found.includes(uid);
  });
}

type Chunk = readonly number[] | UidRange;
type Plan = {
  readonly chunks: readonly Chunk[];
  readonly knownCount: number;
  readonly uidValidity: string;
  readonly uidNext: number;
  readonly isFull: boolean;
};
type Located = { readonly item: OpenItem; readonly location: MessageLocation };

function usable(cursor: ListCursor | null, scope: string, clock: Clock): ListCursor | null {
  if (cursor?.scope !== scope) return null;
  const age = clock.now().getTime() - Date.parse(cursor.lastFullAt);
  return age >= 0 && age < FULL_EVERY_MS ? cursor : null;
}

async function planGrowth(
  options: ListingOptions,
  cursor: ListCursor,
  uidNext: number,
  here: readonly Located[],
): Promise<Plan> {
  const { session, config, signal } = options;
  const { uidValidity } = await session.mailboxes.open(config.folder, signal);
  if (uidValidity !== cursor.uidValidity) return await planAll(options, here);
  const { uidNext: from } = cursor;
  // Up to UIDNEXT and not `*`: `n:*` names the last message even when n lies beyond it (RFC 9051 §9, seq-range).
  const to = uidNext - 1;
  const old = here.map(({ location }) => location.uid).filter((uid) => uid < from || uid > to);
  const fresh: Chunk[] = [];
  if (to - from >= WIDEST_GAP) {
    fresh.push(...inChunks(await existingUids(session.wire, `${from}:${to}`, signal), BATCH));
  } else {
    for (let at = from; at <= to; at += BATCH) {
      fresh.push({ from: at, to: Math.min(at + BATCH - 1, to) });
    }
  }
  const chunks = [...inChunks(old.sort(ascending), BATCH), ...fresh];
  return { chunks, knownCount: 0, uidValidity, uidNext: Math.max(uidNext, from), isFull: false };
}

async function planAll(options: ListingOptions, here: readonly Located[]): Promise<Plan> {
  const { session, config, request, signal } = options;
  const { folder } = config;
  const { uidValidity, uidNext } = await session.mailboxes.reopen(folder, signal);
  const all = await existingUids(session.wire, 'ALL', signal);
  const wanted = new Set(here.map(({ location }) => location.uid));
  const unknown = all.filter(
    (uid) => wanted.has(uid) || !request.isKnown(messageKey({ folder, uidValidity, uid }), ''),
  );
  return {
    chunks: [...inChunks(unknown, BATCH)],
    knownCount: all.length - unknown.length,
    uidValidity,
    uidNext: uidNext ?? (all.at(-1) ?? 0) + 1,
    isFull: true,
  };
}

async function* readBatches(
  options: ListingOptions,
  folder: string,
  plan: { readonly chunks: readonly Chunk[] },
  open: readonly Located[],
): AsyncGenerator<ListBatch> {
  const { session, signal } = options;
  const read = (chunk: Chunk) => {
    const reading = session.inTurn(async () => {
      const mailbox = await session.mailboxes.open(folder, signal);
      return await readBatch(options, mailbox, chunk, open);
    });
    // Asked for one batch ahead: a failure is for the one who comes to take it.
    reading.catch(() => undefined);
    return reading;
  };
  const chunks = plan.chunks.values();
  const first = chunks.next();
  let reading = first.done === true ? null : read(first.value);
  while (reading) {
    const batch = await reading;
    const next = chunks.next();
    reading = next.done === true ? null : read(next.value);
    yield batch;
  }
}

async function readBatch(
  options: ListingOptions,
  { folder, uidValidity }: OpenMailbox,
  chunk: Chunk,
  open: readonly Located[],
): Promise<ListBatch> {
  const { session, request, config, signal } = options;
  const openByUid = new Map(
    open.flatMap(({ item, location }) =>
      location.uidValidity === uidValidity ? [[location.uid, item] as const] : [],
    ),
  );
  let knownCount = 0;
  // Null: concluded before. An open item keeps the key it has in the ledger, wherever it lies now.
  const keyOf = (uid: number): string | null => {
    const item = openByUid.get(uid);
    if (item) return item.key;
    const key = messageKey({ folder, uidValidity, uid });
    // A folder other than the configured one is read for the sake of its open items only.
    if (folder !== config.folder) return null;
    if (!request.isKnown(key, '')) return key;
    knownCount++;
    return null;
  };
  const location = (uid: number) => writeLocation({ folder, uidValidity, uid });
  const convert = (structure: MessageStructure): SourceItem | null => {
    const key = keyOf(structure.uid);
    return key === null ? null : itemOf(structure, key, location(structure.uid), config);
  };
  const { described, refused } = await readStructures(session.wire, chunk, convert, signal);
  const items = [...described.values()].filter((item) => item !== null);
  for (const [uid, reason] of refused) {
    const key = keyOf(uid);
    if (key !== null) items.push(unreadableItem(key, location(uid), reason));
  }
  return { items, knownCount };
}

function itemOf(
  structure: MessageStructure,
  key: string,
  location: string,
  config: ImapConfig,
): SourceItem {
  const { envelope } = structure;
  const { messageId, date, raw } = envelope;
  const item = mailItem(
    {
      ...structure,
      key,
      location,
      header: envelope,
      rawIdentity: [messageId, date, raw.from, raw.subject],
    },
    config.take,
  );
  const isUnclear = structure.root !== null && needsReading(structure.root, config.take);
  return isUnclear ? { ...item, parts: [], unread: true } : item;
}

function openByFolder(open: readonly OpenItem[]): Map<string, Located[]> {
  const folders = new Map<string, Located[]>();
  for (const item of open) {
    const location = readLocation(item.location);
    // Lost sight of: not offered, so the pipeline takes it to be gone.
    if (!location) continue;
    const list = folders.get(location.folder) ?? [];
    list.push({ item, location });
    folders.set(location.folder, list);
  }
  return folders;
}

const ascending = (a: number, b: number) => a - b;
