// A folder launcher over a real folder, and a ledger of one's own: what a test of the folder source needs.
import fs from 'node:fs';
import path from 'node:path';
import fsPromises from 'node:fs/promises';
import type { FolderConfig } from '#contract/model/source-config';
import { Launcher } from '#contract/model/launcher';
import { createMailDesk } from '#core/mail/opener/mail-desk';
import { createFolderSourceType } from '#core/sources/folder/folder-source';
import type { RemoteFiles } from '#core/sources/folder/remote-access';
import type {
  FetchOrder,
  Intake,
  LocalFile,
  OpenItem,
  SettleOrder,
  SettleOutcome,
  Source,
  SourceItem,
} from '#core/sources/source';
import type { AppError } from '#core/errors';
import { fakeClock, type FakeClock } from '../../../helpers/fake-clock.ts';
import { memoryLogger, type MemoryLogger } from '../../../helpers/memory-logger.ts';

export const never: AbortSignal = new AbortController().signal;

export type FolderFixture = {
  readonly source: Source;
  readonly clock: FakeClock;
  readonly logger: MemoryLogger;
  readonly steps: string[];
  /** Another launcher of the same program, over another folder. */
  readonly reopen: (root: string) => FolderFixture;
};

type Options = {
  readonly config?: Partial<Omit<FolderConfig, 'protocol' | 'path'>>;
  readonly quietSeconds?: number;
  readonly clock?: FakeClock;
  /** Takes the folder for a share and reaches it through these calls. */
  readonly share?: Partial<RemoteFiles>;
  readonly checkpoint?: (step: string) => void;
};

export function openFolder(root: string, options: Options = {}): FolderFixture {
  const clock = options.clock ?? fakeClock();
  const logger = memoryLogger();
  const steps: string[] = [];
  const type = createFolderSourceType({
    files: options.share === undefined ? fsPromises : { ...nfs, ...options.share },
    platform: process.platform,
  });
  const reopen = (at: string): FolderFixture => {
    const launcher = Launcher.parse({
      id: 'launcher',
      description: 'scans',
      source: { protocol: 'folder', path: at, ...options.config },
      quietSeconds: options.quietSeconds ?? 0,
      paused: false,
      createdAt: '2026-01-01T00:00:00Z',
      changedAt: '2026-01-01T00:00:00Z',
    });
    const source = type.open({
      launcher,
      clock,
      logger,
      credentials: () => Promise.reject(new Error('a folder needs none')),
      mailDesk: createMailDesk(root),
      checkpoint: (step) => {
        steps.push(step);
        options.checkpoint?.(step);
      },
    });
    return { source, clock, logger, steps, reopen };
  };
  return reopen(root);
}

const nfs: RemoteFiles = {
  ...fsPromises,
  statfs: (async (at: string) => ({ ...(await fsPromises.statfs(at)), type: 0x6969 })) as never,
};

export type Listed = { readonly items: readonly SourceItem[]; readonly knownCount: number };

export type Ledger = {
  readonly open?: readonly OpenItem[];
  readonly isKnown?: (key: string, version: string) => boolean;
};

export async function listAll(
  { source }: Pick<FolderFixture, 'source'>,
  { open = [], isKnown = () => false }: Ledger = {},
  signal: AbortSignal = never,
): Promise<Listed> {
  const items: SourceItem[] = [];
  let knownCount = 0;
  for await (const batch of source.list({ cursor: null, open, isKnown }, signal)) {
    items.push(...batch.items);
    knownCount += batch.knownCount;
  }
  return { items, knownCount };
}

/** What the ledger keeps of items that were not ready. */
export const openItems = (items: readonly SourceItem[], replay = false): OpenItem[] =>
  items.map(({ key, version, location, readiness }) => ({
    key,
    version,
    location,
    observation: readiness.ready ? null : readiness.observation,
    replay,
  }));

export const keysOf = ({ items }: Listed): string[] => items.map((item) => item.key);

/** Key → `ready`, or the code of the reason why not. */
export const statesOf = ({ items }: Listed): Record<string, string> =>
  Object.fromEntries(
    items.map(({ key, readiness }) => [key, readiness.ready ? 'ready' : readiness.reason.code]),
  );

export const itemOf = (listed: Listed, key: string): SourceItem => {
  const found = listed.items.find((item) => item.key === key);
  if (found === undefined) throw new Error(`not listed: ${key}`);
  return found;
};

export const settleOrder = (
  item: SourceItem,
  as: SettleOrder['as'] = 'delivered',
): SettleOrder => ({ key: item.key, version: item.version, location: item.location, as });

/** Lists, lets `meanwhile` happen, settles all. */
export async function settleAfter(
  folder: FolderFixture,
  meanwhile: () => void = () => undefined,
  as: SettleOrder['as'] = 'delivered',
): Promise<readonly SettleOutcome[]> {
  const { items } = await listAll(folder);
  meanwhile();
  return folder.source.settle(
    items.map((item) => settleOrder(item, as)),
    never,
  );
}

/** Where a settled file lies now, relative to `root`; null = nowhere. */
export function placeOf(outcome: SettleOutcome | undefined, root: string): string | null {
  if (outcome?.ok !== true) throw new Error(`not settled: ${JSON.stringify(outcome)}`);
  if (outcome.location === null) return null;
  return relativeTo(root, (JSON.parse(outcome.location) as { path: string }).path);
}

export const fetchOrder = (item: SourceItem): FetchOrder => ({ item, parts: item.parts });

export type Taken = { readonly files: LocalFile[]; readonly failed: AppError[]; done: number };

/** An intake that only notes. */
export function noteIntake(): { intake: Intake; taken: Taken } {
  const taken: Taken = { files: [], failed: [], done: 0 };
  const intake: Intake = {
    choose: () => {
      throw new Error('a file needs no reading');
    },
    part: () => {
      throw new Error('a folder hands over files');
    },
    file: (_order, _offer, file) => void taken.files.push(file),
    done: () => {
      taken.done += 1;
      return undefined;
    },
    failed: (_order, error) => void taken.failed.push(error),
  };
  return { intake, taken };
}

/** Writes `root/key`, folders included; `mtime` in seconds. */
export function put(root: string, key: string, content: string | Buffer = 'text', mtime?: number) {
  const file = path.join(root, key);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  if (mtime !== undefined) fs.utimesSync(file, mtime, mtime);
  return file;
}

/** Relative path → content, of all files below `root`. */
export const treeOf = (root: string): Record<string, string> =>
  Object.fromEntries(
    fs
      .readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [relativeTo(root, file), fs.readFileSync(file, 'latin1')]),
  );

/** With `/` on Windows too. */
const relativeTo = (root: string, file: string): string =>
  path.relative(root, file).split(path.sep).join('/');
