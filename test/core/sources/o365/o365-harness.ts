// An Office 365 source on the Graph stand-in, and what the pipeline would do with it, in short.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { AccountId, LauncherId } from '#contract/ids';
import { Launcher } from '#contract/model/launcher';
import type { O365Config } from '#contract/model/o365-config';
import type { Credentials } from '#core/accounts/credentials';
import { createSystemClock } from '#core/clock';
import type { AppError } from '#core/errors';
import { createTraffic, type Traffic } from '#core/graph/graph-traffic';
import { askHttp } from '#core/net/ask-http';
import { createMailDesk } from '#core/mail/opener/mail-desk';
import type { Clock } from '#core/ports';
import { createO365SourceType } from '#core/sources/o365/o365-source';
import type { Finding } from '#contract/model/envelope';
import type {
  FetchOrder,
  Intake,
  ListRequest,
  PartOffer,
  Source,
  SourceItem,
} from '#core/sources/source';
import { memoryLogger, type MemoryLogger } from '../../../helpers/memory-logger.ts';
import { type Graph, startGraph } from '../../../servers/graph/graph.ts';

export const ADDRESS = 'accueil@mairie.example';
export const never: AbortSignal = new AbortController().signal;

/** Stopped when the running test ends; `token` signs in the owner of `ADDRESS`. */
export async function graphServer(): Promise<Graph> {
  const graph = await startGraph();
  let isStopped = false;
  const { stop } = graph;
  const once = () => (isStopped ? Promise.resolve() : ((isStopped = true), stop()));
  onTestFinished(once);
  Object.assign(graph, { stop: once });
  graph.mailbox(ADDRESS);
  graph.accept('token', { user: ADDRESS });
  return graph;
}

type Input = Partial<Omit<O365Config, 'protocol' | 'accountId' | 'take' | 'fate'>> & {
  readonly take?: Partial<O365Config['take']>;
  readonly fate?: object;
};

export type HarnessOptions = Input & {
  readonly clock?: Clock;
  readonly logger?: MemoryLogger;
  readonly traffic?: Traffic;
  readonly checkpoint?: (step: string) => void;
  readonly credentials?: Partial<Credentials>;
};

/** Closed when the running test ends. */
export function o365Source(graph: Graph, options: HarnessOptions = {}): Source {
  const { clock, logger, traffic, checkpoint, credentials, ...config } = options;
  const type = createO365SourceType({
    bases: graph.bases,
    traffic: traffic ?? createTraffic(),
    askHttp,
  });
  const spool = join(tmpdir(), `cold-test-o365-${randomUUID()}`);
  onTestFinished(() => {
    rmSync(spool, { recursive: true, force: true });
  });
  const source = type.open({
    launcher: o365Launcher(config),
    credentials: () =>
      Promise.resolve({
        user: ADDRESS,
        method: 'token',
        secret: 'token',
        microsoft: { cloud: 'global', isApplication: false },
        ...credentials,
      }),
    clock: clock ?? createSystemClock(),
    logger: logger ?? memoryLogger(),
    checkpoint: checkpoint ?? (() => undefined),
    mailDesk: createMailDesk(spool),
  });
  onTestFinished(() => source.close());
  return source;
}

export function o365Launcher(config: Input): Launcher {
  return Launcher.parse({
    id: LauncherId.parse('launcher'),
    description: 'mail',
    source: { protocol: 'o365', accountId: AccountId.parse('account'), ...config },
    paused: false,
    createdAt: '2026-01-05T08:00:00.000Z',
    changedAt: '2026-01-05T08:00:00.000Z',
  });
}

export async function listItems(
  source: Source,
  request: Partial<ListRequest> = {},
  signal: AbortSignal = never,
): Promise<SourceItem[]> {
  const found: SourceItem[] = [];
  const whole = { cursor: null, open: [], isKnown: () => false, ...request };
  for await (const batch of source.list(whole, signal)) found.push(...batch.items);
  return found;
}

export type Fetched = {
  /** `title/part name` → content of what came completely. */
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly failures: ReadonlyMap<string, AppError>;
  readonly done: readonly string[];
  readonly omitted: readonly Finding[];
  readonly error: unknown;
};

/** Fetches every part of the items, and of what is unread all that is found in it. */
export async function fetchItems(
  source: Source,
  items: readonly SourceItem[],
  signal: AbortSignal = never,
): Promise<Fetched> {
  const contents = new Map<string, Buffer>();
  const failures = new Map<string, AppError>();
  const done: string[] = [];
  const omitted: Finding[] = [];
  const parts = new Map<FetchOrder, Map<string, Buffer>>();
  const intake: Intake = {
    choose: (_order, found) => Promise.resolve(found.parts),
    part: (order, offer: PartOffer) => {
      const chunks: Buffer[] = [];
      return {
        write: (chunk) => {
          chunks.push(chunk);
          return undefined;
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
    done: (order, changes) => {
      done.push(order.item.title);
      omitted.push(...(changes?.omitted?.values() ?? []));
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
  return { contents, failures, done, omitted, error };
}

export const codeOf = (error: unknown): string =>
  `${(error as AppError).kind} ${(error as AppError).code}`;
