// What is new in a POP3 mailbox: the whole list of identities, compared with what is known. What a mail holds is not known
// before it is read, so all that is new is offered unread, oldest first; of what is too large to be read, the header.
import type { PopConfig } from '#contract/model/pop-config';
import type { ListBatch, ListRequest, SourceItem } from '../source.ts';
import type { PopMailbox } from './pop-mailbox.ts';
import type { PopSession } from './pop-session.ts';

export type PopListing = {
  readonly session: PopSession;
  readonly mailbox: PopMailbox;
  readonly config: Pick<PopConfig, 'fate' | 'mailFilter'>;
  /** 0 = none. */
  readonly maxItemBytes: number;
  /** Each settlement ends the session; where the server limits sign-ins, one batch is all there is. */
  readonly isSignInDear: boolean;
  readonly request: ListRequest;
  readonly signal: AbortSignal;
  /** What the next listing may compare itself with. */
  readonly remember: (cursor: string) => void;
};

type Fresh = readonly [key: string, number: number];

/** Deletions are carried out after each batch; without them a batch may as well be large. */
const BATCH = 1000;

export async function* listMailbox(listing: PopListing): AsyncGenerator<ListBatch> {
  const { mailbox, request, signal } = listing;
  const open = new Set(request.open.map(({ key }) => key));
  // The same identities as when all were dealt with: none of them has to be looked up, nor even told apart.
  const last = readCursor(request.cursor);
  const isSame = last?.digest === mailbox.digest;
  if (isSame && open.size === 0) {
    yield { items: [], knownCount: last.count };
    if (request.cursor !== null) listing.remember(request.cursor);
    return;
  }
  const fresh: Fresh[] = [];
  for (const entry of mailbox.numbers) {
    const [key] = entry;
    if (open.has(key) || (!isSame && !request.isKnown(key, ''))) fresh.push(entry);
  }
  const cursor = writeCursor({ digest: mailbox.digest, count: mailbox.numbers.size });
  const knownCount = mailbox.numbers.size - fresh.length;
  if (fresh.length === 0) {
    yield { items: [], knownCount };
    listing.remember(cursor);
    return;
  }
  const sizes = await mailbox.sizes(signal);
  // Turned down for its size, a mail is never read: its header alone says what it was. All at once, for a settlement between two
  // batches ends the session.
  const large = fresh.filter(([, number]) => isTooLarge(listing, sizes.get(number) ?? 0));
  const heads = large.length === 0 ? null : await headsOf(listing, large);
  const isOneBatch = listing.config.fate.kind === 'delete' && listing.isSignInDear;
  const step = isOneBatch ? fresh.length : BATCH;
  for (let at = 0; at < fresh.length; at += step) {
    const batch = fresh.slice(at, at + step);
    const items = batch.map(([key, number]) => ({
      ...itemOf(key, sizes.get(number)),
      ...heads?.get(number),
    }));
    yield { items, knownCount: at === 0 ? knownCount : 0 };
  }
  listing.remember(cursor);
}

async function headsOf({ session, signal }: PopListing, large: readonly Fresh[]) {
  const { readHeads } = await import('./pop-heads.ts');
  return await readHeads(
    session,
    large.map(([, number]) => number),
    signal,
  );
}

function isTooLarge({ config, maxItemBytes }: PopListing, sizeBytes: number): boolean {
  const limits = [maxItemBytes, config.mailFilter.maxBytes];
  return limits.some((limit) => limit > 0 && sizeBytes > limit);
}

/** What a listing held whose mails were all dealt with. */
type Cursor = { readonly digest: string; readonly count: number };

const writeCursor = ({ digest, count }: Cursor): string => `${digest} ${count}`;

function readCursor(text: string | null): Cursor | null {
  const found = /^([0-9a-f]{64}) (\d{1,9})$/.exec(text ?? '');
  return found ? { digest: found[1] ?? '', count: Number(found[2]) } : null;
}

function itemOf(key: string, sizeBytes = 0): SourceItem {
  return {
    key,
    // A mail never changes behind its identity.
    version: '',
    fingerprint: null,
    location: key,
    title: '',
    sizeBytes,
    receivedAt: null,
    parts: [],
    unread: true,
    readiness: { ready: true },
    facts: {},
  };
}
