// What is new in a folder. A look costs one request when nothing is: it names what changed since the last one, for
// Exchange notes a change whenever a message arrives in a folder, is moved there or is marked. What changed is only a
// hint: every message named is compared with the ledger, and once a day all messages of the folder are, so that
// nothing hangs on it. Delta queries would be no cheaper, and lose messages that are moved away and back.
import { z } from 'zod';
import type { O365Config } from '#contract/model/o365-config';
import type { GraphClient, GraphReply } from '../../graph/graph-client.ts';
import { unreadableItem } from '../../mail/message-item.ts';
import { toAppError, TransientError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';
import type { ListBatch, ListRequest, OpenItem, SourceItem } from '../source.ts';
import { describe, toItem, type DescribeOptions } from './o365-describe.ts';
import { findFolder } from './o365-folders.ts';
import { readCursor, readLocation, writeLocation, type O365Cursor } from './o365-location.ts';
import { DESCRIBED, Message } from './o365-message.ts';
import { readAhead } from './read-ahead.ts';

export type ListingOptions = {
  readonly graph: GraphClient;
  readonly config: O365Config;
  readonly clock: Clock;
  readonly request: ListRequest;
  readonly signal: AbortSignal;
  readonly remember: (cursor: string) => void;
};

/** Messages described in one answer; larger ones end in 504 (learn.microsoft.com/graph/api/user-list-messages). */
const PAGE = 100;
/** Pages read while others are worked off, and worked off together: between two lots the mailbox is asked for nothing. */
const PAGES_AHEAD = 5;
/** Ids in one answer: the most there is. */
const NAMES = 1000;
/** More than these are described by pages instead of one by one. */
const FEW = 150;
const FULL_EVERY_MS = 24 * 3_600_000;
/** Several servers write into a mailbox, and their clocks differ a little. */
const OVERLAP_MS = 120_000;

type Header = GraphReply<unknown>['header'];

const Named = z.object({ id: z.string(), receivedDateTime: z.string().nullish() });
const NamedPage = z.object({ value: z.array(Named), '@odata.nextLink': z.string().optional() });
const MessagePage = z.object({ value: z.array(Message), '@odata.nextLink': z.string().optional() });

export async function* listMessages(options: ListingOptions): AsyncGenerator<ListBatch> {
  const { graph, config, clock, request, signal } = options;
  const scope = JSON.stringify([config.accountId, config.mailbox.toLowerCase(), config.folder]);
  const last = readCursor(request.cursor);
  const cursor = last?.scope === scope ? last : null;
  const isDue = cursor === null || !isRecent(cursor, clock);
  const folderId = isDue
    ? (await findFolder({ graph, signal, field: 'folder' }, config.folder)).id
    : cursor.folderId;
  const isOpen = new Set(request.open.map(({ key }) => key));
  const place: Place = { ...options, folderId, take: config.take, isOpen };

  yield* readOpen(place, request.open);

  // From the second time on names are enough to find the few that are new.
  const from = isDue ? null : cursor.since;
  const named = cursor === null ? null : await nameMessages(place, from);
  let sinceAt: string | null = null;
  if (named === null) {
    const pages = readPages(place, (at) => (sinceAt ??= at));
    yield* pages;
  } else {
    sinceAt = named.answeredAt;
    const unknown = named.ids.filter((id) => !request.isKnown(id, '') && !isOpen.has(id));
    if (named.ids.length > unknown.length) {
      yield { items: [], knownCount: named.ids.length - unknown.length };
    }
    if (unknown.length > FEW && isDue) yield* readPages(place, () => undefined);
    else yield* readFew(place, unknown);
  }
  if (sinceAt === null) return;
  const lastFullAt = isDue ? clock.now().toISOString() : cursor.lastFullAt;
  const since = new Date(Date.parse(sinceAt) - OVERLAP_MS).toISOString();
  const next: O365Cursor = { scope, folderId, since, lastFullAt };
  options.remember(JSON.stringify(next));
}

/** Whether the message lies where it was noted; not when it was moved or erased. */
export async function isStillThere(
  graph: GraphClient,
  text: string,
  signal: AbortSignal,
): Promise<boolean> {
  const location = readLocation(text);
  if (!location) return false;
  const parent = await parentOf(graph, location.id, signal);
  return parent === location.folderId;
}

const Parent = z.object({ parentFolderId: z.string() });

/** The folder a message lies in; null when it is no more. */
export async function parentOf(
  graph: GraphClient,
  id: string,
  signal: AbortSignal,
): Promise<string | null> {
  const path = `/messages/${encodeURIComponent(id)}?$select=parentFolderId`;
  try {
    const about = { about: 'item' } as const;
    return (await graph.json({ path, about, signal }, Parent)).value.parentFolderId;
  } catch (thrown) {
    if (toAppError(thrown).kind === 'gone') return null;
    throw thrown;
  }
}

type Place = ListingOptions &
  DescribeOptions & {
    readonly folderId: string;
    /** Keys of what the ledger has not concluded: offered by themselves. */
    readonly isOpen: ReadonlySet<string>;
  };

function isRecent({ lastFullAt, since }: O365Cursor, clock: Clock): boolean {
  const age = clock.now().getTime() - Date.parse(lastFullAt);
  return age >= 0 && age < FULL_EVERY_MS && !Number.isNaN(Date.parse(since));
}

/** What the ledger has not concluded, one by one; a message somebody moved is no longer ours, unless it is asked for. */
async function* readOpen(place: Place, open: readonly OpenItem[]): AsyncGenerator<ListBatch> {
  for (let at = 0; at < open.length; at += PAGE) {
    const items = await together(open.slice(at, at + PAGE), async (one) => {
      const location = readLocation(one.location);
      if (!location) return null;
      const message = await describe(place, location.id);
      if (!message) return null;
      if (message.parentFolderId !== place.folderId && !one.replay) return null;
      return { ...(await toItem(place, message)), key: one.key, version: one.version };
    });
    yield { items: items.filter((item) => item !== null), knownCount: 0 };
  }
}

async function* readFew(place: Place, ids: readonly string[]): AsyncGenerator<ListBatch> {
  for (let at = 0; at < ids.length; at += PAGE) {
    const items = await together(ids.slice(at, at + PAGE), async (id) => {
      const message = await describe(place, id);
      return message?.parentFolderId === place.folderId ? await offered(place, message) : null;
    });
    yield { items: items.filter((item) => item !== null), knownCount: 0 };
  }
}

/**
 * All messages of the folder, oldest first. Each page asks for what was received since the last of the page before,
 * and not for the next page: between two pages messages are moved away, and what counts by places would skip as many.
 * Only within one second Graph's own next page is followed, and then to its end.
 */
async function* readPages(place: Place, answered: (at: string) => void): AsyncGenerator<ListBatch> {
  const { request, isOpen, clock } = place;
  for await (const pages of readAhead(eachPage(place), PAGES_AHEAD)) {
    const fresh: Message[] = [];
    for (const { page, header } of pages) {
      answered(answeredAt(header, clock));
      fresh.push(...page);
    }
    const unknown = fresh.filter(({ id }) => !request.isKnown(id, '') && !isOpen.has(id));
    const items = await together(unknown, (message) => offered(place, message));
    yield { items, knownCount: fresh.length - unknown.length };
  }
}

/** Each without what the page before it named already. */
async function* eachPage(place: Place): AsyncGenerator<Page> {
  let from: string | null = null;
  let atEdge = new Set<string>();
  for (;;) {
    const { page, header, isLast }: Page = await readPage(place, from);
    expectImmutable(header, page);
    yield { page: page.filter(({ id }) => !atEdge.has(id)), header, isLast };
    const edge: string | null = page.at(-1)?.receivedDateTime ?? null;
    if (isLast || edge === null) return;
    atEdge = new Set(page.filter((one) => one.receivedDateTime === edge).map(({ id }) => id));
    from = edge;
  }
}

type Page = {
  readonly page: readonly Message[];
  readonly header: Header;
  readonly isLast: boolean;
};

/** What was received from that instant on, oldest first. */
async function readPage(place: Place, from: string | null): Promise<Page> {
  const { graph, folderId, signal, config } = place;
  const about = { about: 'folder', folder: config.folder } as const;
  const filter = from === null ? '' : `&$filter=receivedDateTime ge ${from}`;
  const query = `${DESCRIBED}&$orderby=receivedDateTime&$top=${PAGE}${filter}`;
  const path = `/mailFolders/${encodeURIComponent(folderId)}/messages?${query}`;
  const { value, header } = await graph.json({ path, about, signal }, MessagePage);
  const page = [...value.value];
  let next = value['@odata.nextLink'];
  while (next !== undefined && isOneSecond(page, from)) {
    const more = await graph.json({ path: next, about, signal }, MessagePage);
    page.push(...more.value.value);
    next = more.value['@odata.nextLink'];
  }
  return { page, header, isLast: next === undefined };
}

/** Then asking for what was received since would name the same page again. */
function isOneSecond(page: readonly Message[], from: string | null): boolean {
  const edge = page.at(-1)?.receivedDateTime ?? null;
  return edge === null || edge === from || page[0]?.receivedDateTime === edge;
}

type NamedIds = { readonly ids: readonly string[]; readonly answeredAt: string };

/** The ids of all messages, or of those that changed since; all of them before anything is moved. */
async function nameMessages(place: Place, since: string | null): Promise<NamedIds> {
  const { graph, folderId, signal } = place;
  const filter = since === null ? '' : `&$filter=lastModifiedDateTime ge ${since}`;
  const query = `$select=id,receivedDateTime&$top=${NAMES}${filter}`;
  const about = { about: 'folder', folder: place.config.folder } as const;
  let next: string | undefined = `/mailFolders/${encodeURIComponent(folderId)}/messages?${query}`;
  let at: string | null = null;
  const found: z.infer<typeof Named>[] = [];
  while (next !== undefined) {
    const reply: GraphReply<z.infer<typeof NamedPage>> = await graph.json(
      { path: next, about, signal },
      NamedPage,
    );
    at ??= answeredAt(reply.header, place.clock);
    expectImmutable(reply.header, reply.value.value);
    found.push(...reply.value.value);
    next = reply.value['@odata.nextLink'];
  }
  const oldestFirst = found.sort((a, b) =>
    (a.receivedDateTime ?? '').localeCompare(b.receivedDateTime ?? ''),
  );
  return { ids: [...new Set(oldestFirst.map(({ id }) => id))], answeredAt: at ?? '' };
}

/** A message that Graph fails to describe must not hide the others. */
async function offered(place: Place, message: Message): Promise<SourceItem> {
  try {
    return await toItem(place, message);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind !== 'refused' && error.kind !== 'gone') throw thrown;
    const location = writeLocation({ id: message.id, folderId: message.parentFolderId });
    return unreadableItem(message.id, location, error);
  }
}

/**
 * Ids that change when a message is moved would bring it a second time. Graph confirms the preference; and immutable
 * ids begin differently (learn.microsoft.com/graph/outlook-immutable-id).
 */
function expectImmutable(header: Header, page: readonly { readonly id: string }[]): void {
  const isConfirmed = /IdType\s*=\s*"?ImmutableId/i.test(header('preference-applied') ?? '');
  if (isConfirmed || page.every(({ id }) => id.startsWith('AAkA'))) return;
  throw new TransientError('graph.mutableIds');
}

/** By Exchange's clock; ours may be wrong by hours. Without it: long enough ago for ours. */
function answeredAt(header: Header, clock: Clock): string {
  const told = Date.parse(header('date') ?? '');
  return new Date(Number.isNaN(told) ? clock.now().getTime() - 3_600_000 : told).toISOString();
}

/** In their order; the mailbox's lane says how many at once. */
async function together<T, R>(list: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  return await Promise.all(list.map(work));
}
