// An IMAP source on a test server, and what the pipeline would do with it, in short.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { AccountId, LauncherId } from '#contract/ids';
import { Launcher } from '#contract/model/launcher';
import type { ImapConfig } from '#contract/model/source-config';
import { createSystemClock } from '#core/clock';
import type { AppError } from '#core/errors';
import type { Clock } from '#core/ports';
import { createTlsAuthorities } from '#core/net/tls-trust';
import { createMailDesk } from '#core/mail/opener/mail-desk';
import { createImapSourceType } from '#core/sources/imap/imap-source';
import type {
  Credentials,
  FetchOrder,
  Intake,
  ListBatch,
  ListRequest,
  Source,
  SourceItem,
} from '#core/sources/source';
import { memoryLogger, type MemoryLogger } from '../../../helpers/memory-logger.ts';

type Input = Partial<Omit<ImapConfig, 'protocol' | 'accountId' | 'server' | 'take'>> & {
  readonly take?: Partial<ImapConfig['take']>;
};

export type HarnessOptions = Input & {
  readonly port: number;
  readonly host?: string;
  readonly tls?: ImapConfig['server']['tls'];
  readonly trust?: Partial<ImapConfig['server']['trust']>;
  readonly timeouts?: Partial<ImapConfig['server']['timeouts']>;
  readonly user?: string;
  readonly secret?: string;
  readonly method?: Credentials['method'];
  readonly clock?: Clock;
  readonly logger?: MemoryLogger;
  readonly checkpoint?: (step: string) => void;
};

// Shared: reading the authorities of the system takes longer than most tests.
const type = createImapSourceType(createTlsAuthorities());

/** Closed when the running test ends. */
export function imapSource(options: HarnessOptions): Source {
  const { user = 'someone', secret = 'secret', method = 'password' } = options;
  const source = type.open({
    launcher: imapLauncher(options),
    credentials: () => Promise.resolve({ user, secret, method }),
    clock: options.clock ?? createSystemClock(),
    logger: options.logger ?? memoryLogger(),
    checkpoint: options.checkpoint ?? (() => undefined),
    mailDesk: createMailDesk(join(tmpdir(), 'lanceur-test-mail')),
  });
  onTestFinished(() => source.close());
  return source;
}

export function imapLauncher(options: HarnessOptions): Launcher {
  const { port, host = '127.0.0.1', tls = 'none', trust, timeouts } = options;
  const { folder, take, fate, rejectedFate } = options;
  return Launcher.parse({
    id: LauncherId.parse('launcher'),
    description: 'mail',
    source: {
      protocol: 'imap',
      accountId: AccountId.parse('account'),
      server: { host, port, tls, ...(trust && { trust }), ...(timeouts && { timeouts }) },
      ...(folder !== undefined && { folder }),
      ...(take && { take }),
      ...(fate && { fate }),
      ...(rejectedFate && { rejectedFate }),
    },
    paused: false,
    createdAt: '2026-01-05T08:00:00.000Z',
    changedAt: '2026-01-05T08:00:00.000Z',
  });
}

export const never: AbortSignal = new AbortController().signal;

/** All batches of a listing; by default of one that knows nothing yet. */
export async function listBatches(
  source: Source,
  request: Partial<ListRequest> = {},
  signal: AbortSignal = never,
): Promise<ListBatch[]> {
  const batches: ListBatch[] = [];
  const whole = { cursor: null, open: [], isKnown: () => false, ...request };
  for await (const batch of source.list(whole, signal)) batches.push(batch);
  return batches;
}

export async function listItems(
  source: Source,
  request: Partial<ListRequest> = {},
  signal: AbortSignal = never,
): Promise<SourceItem[]> {
  return (await listBatches(source, request, signal)).flatMap((batch) => batch.items);
}

export type Fetched = {
  /** `title/part name` → content of what came completely. */
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly failures: ReadonlyMap<string, AppError>;
  readonly done: readonly string[];
};

export type FetchOptions = {
  readonly signal?: AbortSignal;
  /** What the sink returns from each write. */
  readonly onWrite?: (chunk: Buffer) => Promise<void> | undefined;
};

/** Fetches every part of the items; also says what was handed over before a failure (`error`). */
export async function fetchItems(
  source: Source,
  items: readonly SourceItem[],
  { signal = never, onWrite = () => undefined }: FetchOptions = {},
): Promise<Fetched & { readonly error: unknown }> {
  const contents = new Map<string, Buffer>();
  const failures = new Map<string, AppError>();
  const done: string[] = [];
  const parts = new Map<FetchOrder, Map<string, Buffer>>();
  const intake: Intake = {
    choose: (_order, found) => Promise.resolve(found.parts),
    part: (order, offer) => {
      const chunks: Buffer[] = [];
      return {
        write: (chunk) => {
          chunks.push(chunk);
          return onWrite(chunk);
        },
        end: () => {
          const ofOrder = parts.get(order) ?? new Map<string, Buffer>();
          parts.set(order, ofOrder.set(`${order.item.title}/${offer.name}`, Buffer.concat(chunks)));
        },
      };
    },
    file: () => {
      throw new Error('a mail is no file');
    },
    done: (order) => {
      done.push(order.item.title);
      for (const [name, content] of parts.get(order) ?? []) contents.set(name, content);
      return undefined;
    },
    failed: (order, error) => void failures.set(order.item.title, error),
  };
  const orders = items.map((item) => ({ item, parts: item.parts }));
  const error: unknown = await source.fetch(orders, intake, signal).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { contents, failures, done, error };
}
