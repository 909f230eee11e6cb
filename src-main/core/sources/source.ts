// Source: one adapter per protocol, opened for one run. It knows a protocol and nothing of the ledger,
// the schedule or the COLD jobs; the pipeline knows those and no protocol.
import type { CheckStep } from '#contract/model/check';
import type { Finding } from '#contract/model/envelope';
import type { Launcher } from '#contract/model/launcher';
import type { OpenCredentials } from '../accounts/credentials.ts';
import type { EnvelopeOffer } from '../envelopes/offer.ts';
import type { AppError } from '../errors.ts';
import type { DiskThreads } from '../files/threads/disk-threads.ts';
import type { MailDesk } from '../mail/opener/mail-desk.ts';
import type { Checkpoint, Clock, Logger } from '../ports.ts';

/** One file that an item could become: the file itself, a mail part, the whole mail. */
export type PartOffer = {
  /** Unique and stable within the item: `file`, an IMAP part number such as `2.1`, `message`, `body`. */
  readonly part: string;
  /** Name as the sender gave it (decoded, not sanitised); invented from the type when there is none. */
  readonly name: string;
  /** As the sender gave it, where `name` had to add to it (an extension to be routed by). */
  readonly givenName?: string;
  readonly mediaType: string;
  /** Decoded size in bytes where known beforehand; may be an estimate. */
  readonly sizeBytes: number | null;
  /** How the bytes are encoded at the source (mail parts); for the source itself, opaque to the pipeline. */
  readonly encoding?: string;
};

export type Readiness =
  | { readonly ready: true }
  | {
      readonly ready: false;
      /** Why not yet, e.g. TransientError `file.growing`. */
      readonly reason: AppError;
      /** What was seen, to compare with at the next look; opaque to the pipeline. */
      readonly observation: string;
    };

export type SourceItem = {
  /** Identity in the launcher's ledger: folder: path relative to the root, `/` as separator; IMAP: folder, UIDVALIDITY, UID. */
  readonly key: string;
  /** Changes when the thing behind the key does (folder: size and mtime); empty where it cannot. */
  readonly version: string;
  /** Identity that survives a new key (renamed file, new UIDVALIDITY); null where there is none. */
  readonly fingerprint: string | null;
  /** JSON: where to find it again to fetch or settle; opaque to the pipeline. */
  readonly location: string;
  /** File name, or subject. */
  readonly title: string;
  readonly sizeBytes: number;
  /** UTC ISO. */
  readonly receivedAt: string | null;
  readonly parts: readonly PartOffer[];
  /**
   * Set where its documents are known only once it is read (a POP3 mail, a mail with a winmail.dat): `parts` is empty
   * then, and `fetch` asks `Intake.choose`.
   */
  readonly unread?: true;
  readonly readiness: Readiness;
  /** For the sidecar: from, to, subject, messageId, date, path… */
  readonly facts: Readonly<Record<string, string>>;
  /** All its parts belong together: delivered as one thing or not at all, and routed by its kind. */
  readonly envelope?: EnvelopeOffer;
};

/** An item of the ledger that is not concluded: the source must say whether it is still there. */
export type OpenItem = {
  readonly key: string;
  readonly version: string;
  readonly location: string;
  readonly observation: string | null;
  /** Somebody asked for it again: offer it though it is delivered, from wherever its fate put it. */
  readonly replay: boolean;
};

export type ListRequest = {
  /** What `cursor()` said after the last complete listing; null = list everything. */
  readonly cursor: string | null;
  /** Offered again if still there; one that is not offered is taken to be gone. */
  readonly open: readonly OpenItem[];
  /** Concluded before: need not be offered, only counted. Cheap, in memory. */
  readonly isKnown: (key: string, version: string) => boolean;
  /** Locations of what is delivered and not settled yet: an item of many files may be half put away. */
  readonly unsettled?: () => readonly string[];
};

export type ListBatch = { readonly items: readonly SourceItem[]; readonly knownCount: number };

export type FetchOrder = { readonly item: SourceItem; readonly parts: readonly PartOffer[] };

/** Where the bytes of one part go: hashed, and written to a temporary file of its COLD job's volume. */
export interface PartSink {
  /** Takes ownership of the buffer. Wait for the promise, if one is returned, before the next write. */
  write(chunk: Buffer): Promise<void> | undefined;
  /**
   * A buffer at least so long to fill and hand to `write`, whole or the beginning of it; it is used again later, so
   * nobody on the way may keep it. Absent = the source makes its own.
   */
  readonly lend?: (sizeBytes: number) => Buffer;
  /** All bytes are there. */
  end(): void;
}

export type LocalFile = {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** The source is going to be deleted at once, so a hard link may stand in for a copy. */
  readonly mayLink: boolean;
  /** On a disk of this machine: calls on it do not hang. Left out = not known. */
  readonly isLocal?: boolean;
};

/** What reading an unread item brought to light; empty texts leave what the listing said. */
export type FoundContents = Pick<SourceItem, 'title' | 'receivedAt' | 'parts' | 'facts'> & {
  /** What people should look at: a container that could not be opened. */
  readonly findings?: readonly Finding[];
};

/** What turned out otherwise than it was offered; by part. */
export type PartChanges = {
  /** Begun or not, it is left out, for this reason; the item is whole without it. */
  readonly omitted?: ReadonlyMap<string, Finding>;
  readonly renamed?: ReadonlyMap<string, string>;
};

/** What a source hands its orders to. Every order ends in exactly one `done` or `failed`. */
export interface Intake {
  /**
   * For an order whose item is unread, once, before its parts: resolves with those to hand over, perhaps none. After it the
   * order ends in `done` or `failed` as any other. Rejects with what ends the fetch.
   */
  choose(order: FetchOrder, found: FoundContents): Promise<readonly PartOffer[]>;
  part(order: FetchOrder, offer: PartOffer): PartSink;
  /** A part that lies on disk already: linked, cloned or copied by the intake. */
  file(order: FetchOrder, offer: PartOffer, file: LocalFile): void;
  /** All parts are handed over. The promise, if any, is back-pressure: wait for it. */
  done(order: FetchOrder, changes?: PartChanges): Promise<void> | undefined;
  /** This item only: the others go on. */
  failed(order: FetchOrder, error: AppError): void;
}

export type SettleOrder = {
  readonly key: string;
  readonly version: string;
  readonly location: string;
  /** Whether the fate of the delivered or that of the rejected is meant. */
  readonly as: 'delivered' | 'rejected';
};

export type SettleOutcome =
  /**
   * `location`: where it lies now (archive, other folder); null = it is no more. `vanished`: and that may not have been our
   * doing; perhaps it is only called otherwise now, which the next listing tells.
   */
  | { readonly ok: true; readonly location: string | null; readonly vanished?: true }
  | { readonly ok: false; readonly error: AppError };

export interface Source {
  /** Its documents lie in files of this machine: many small ones are worth a thread of their own. */
  readonly handsOverFiles?: true;
  /** `settle` may run while `list` and `fetch` do: there is no connection that each would need. */
  readonly settlesBeside?: true;
  /** Named steps for the "test" button; changes nothing at the source; reports failures, throws only CancelledError. */
  check(signal: AbortSignal): Promise<readonly CheckStep[]>;
  /** Folders to choose from, for the picker of the form; absent where there is none. */
  folders?(signal: AbortSignal): Promise<readonly SourceFolder[]>;
  /**
   * Oldest first, in batches of some hundreds. Throws TransientError when the source is away. May repeat known items.
   * Between two batches the pipeline fetches and settles on the same connection.
   */
  list(request: ListRequest, signal: AbortSignal): AsyncIterable<ListBatch>;
  /** Whether something recorded earlier still lies where `location` says; tells a renamed item from a copy. */
  stillThere(location: string, signal: AbortSignal): Promise<boolean>;
  /** After a complete `list`: remembers how far the listing went, so that nothing new is cheap to see; null = no memory. */
  cursor(): string | null;
  /** Streams the wanted parts into the intake; repeatable; throws only when no further order can be served (connection lost). */
  fetch(orders: readonly FetchOrder[], intake: Intake, signal: AbortSignal): Promise<void>;
  /** Carries out the fate, one outcome per order in the same sequence; idempotent: what is done already succeeds. */
  settle(orders: readonly SettleOrder[], signal: AbortSignal): Promise<readonly SettleOutcome[]>;
  /** Never throws. */
  close(): Promise<void>;
}

export type SourceFolder = {
  /** Full name as the configuration wants it. */
  readonly path: string;
  readonly label: string;
  readonly selectable: boolean;
  /** What the server uses it for, where it says so (RFC 6154). */
  readonly role?: 'inbox' | 'archive' | 'all' | 'drafts' | 'flagged' | 'junk' | 'sent' | 'trash';
};

export type { Credentials } from '../accounts/credentials.ts';

export type SourceContext = {
  /** For many small steps on local disks; absent = promised calls. */
  readonly threads?: DiskThreads | undefined;
  readonly launcher: Launcher;
  readonly credentials: OpenCredentials;
  /** For what must be read to know what it holds. */
  readonly mailDesk: MailDesk;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly checkpoint: Checkpoint;
  /** For what must be unpacked to be looked at; made and emptied by the source. Without it: the system's own. */
  readonly spoolDir?: string;
};

/** When the fate is carried out: never (it is left), right after delivery, or some days later. */
export type SettlePlan =
  | { readonly when: 'never' }
  | { readonly when: 'now' }
  | { readonly when: 'later'; readonly days: number };
