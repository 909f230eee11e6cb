// Carries out the fate of delivered and rejected files: archived, moved, deleted, left. Only a file that is still what
// was delivered is touched; what is done already counts as done. Each touched folder is flushed once, at the end.
import path from 'node:path';
import type { Stats } from 'node:fs';
import type { FolderConfig } from '#contract/model/source-config';
import { GoneError, throwIfAborted, toAppError } from '../../errors.ts';
import { nodeDisk } from '../../files/disk-calls.ts';
import { flushFolder } from '../../files/flush-folder.ts';
import { isAsFound, isSameFound } from '../../files/seen-file.ts';
import { createLanes } from '../../files/lanes.ts';
import { patienceOf, unlinkPatiently } from '../../files/rename-patiently.ts';
import type { DiskThreads } from '../../files/threads/disk-threads.ts';
import type { Checkpoint, Clock, Logger } from '../../ports.ts';
import type { SettleOrder, SettleOutcome } from '../source.ts';
import { type FileLocation, readLocation } from './file-identity.ts';
import { type FolderAccess, isVanished } from './folder-access.ts';
import { errnoCode, folderError } from './folder-errors.ts';
import type { FolderLayout } from './folder-layout.ts';
import type { Root } from './root-probe.ts';
import { dayOf, findPutAway, putAway, type PutAway, type Shelf } from './put-away.ts';

export type SettleContext = {
  readonly config: FolderConfig;
  readonly layout: FolderLayout;
  /** Throws `source.away` when the root is not there. */
  readonly probeRoot: () => Promise<Root>;
  readonly access: FolderAccess;
  readonly archiveAccess: FolderAccess;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly checkpoint: Checkpoint;
  readonly threads?: DiskThreads | undefined;
  /** Shared by all folder launchers of the process: two may archive into one folder. */
  readonly reserved: Set<string>;
  readonly signal: AbortSignal;
};

/** Moves and deletions at once: enough to keep a disk or a share busy. */
const WIDTH = 12;

export async function settleFiles(
  orders: readonly SettleOrder[],
  context: SettleContext,
): Promise<SettleOutcome[]> {
  const state: Settling = {
    clock: context.clock,
    signal: context.signal,
    reserved: context.reserved,
    touched: new Set(),
    made: new Set(),
    same: new Map(),
    day: dayOf(context.clock.now()),
  };
  const lanes = createLanes(WIDTH, () => undefined);
  try {
    const removed = await removePlain(orders, context, state);
    // All of them, also when one says stop: what has begun is to be ended and flushed.
    const settled = await Promise.allSettled(
      orders.map(async (order): Promise<SettleOutcome> => {
        if (removed.has(order)) return { ok: true, location: null };
        return lanes.run(() => settleGuarded(order, context, state));
      }),
    );
    return settled.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  } finally {
    await flushTouched(state.touched, context);
  }
}

/**
 * Those that plainly are what was delivered, deleted by the disk threads together; the others are left for a closer look.
 */
async function removePlain(
  orders: readonly SettleOrder[],
  context: SettleContext,
  state: Settling,
): Promise<ReadonlySet<SettleOrder>> {
  const { threads, config } = context;
  if (threads === undefined || config.fate.kind !== 'delete') return new Set();
  throwIfAborted(context.signal);
  const here = orders.flatMap((order) => {
    const from = readLocation(order.location);
    const isHere = from !== undefined && !from.archived && threads.serves(path.dirname(from.path));
    return isHere && shelfOf(order, context, state.day) === 'delete' ? [{ order, from }] : [];
  });
  const errors = await threads.unlinkAll(
    here.map(({ from }) => from),
    () => {
      context.checkpoint('source.settled');
    },
  );
  const removed = here.filter((_, index) => errors[index] === undefined);
  for (const { from } of removed) state.touched.add(path.dirname(from.path));
  return new Set(removed.map(({ order }) => order));
}

type Settling = PutAway & { readonly day: string };

async function settleGuarded(
  order: SettleOrder,
  context: SettleContext,
  state: Settling,
): Promise<SettleOutcome> {
  throwIfAborted(context.signal);
  let settled: FileLocation | 'vanished' | null;
  try {
    settled = await settleOne(order, context, state);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'cancelled') throw error;
    return { ok: false, error };
  }
  context.checkpoint('source.settled');
  if (settled === 'vanished') return { ok: true, location: null, vanished: true };
  return { ok: true, location: settled === null ? null : JSON.stringify(settled) };
}

/** Where the file lies now; null = nowhere, by our doing. */
async function settleOne(
  order: SettleOrder,
  context: SettleContext,
  state: Settling,
): Promise<FileLocation | 'vanished' | null> {
  const from = readLocation(order.location);
  // A row without a place: somebody else had settled it.
  if (from === undefined) return null;
  const shelf = shelfOf(order, context, state.day);
  // The archive may lie on another disk, or share, than the rest.
  const reach = from.archived ? context.archiveAccess : context.access;
  const [look = 'ENOENT'] = await reach.looks('', [from.path]);
  if (typeof look === 'string' && !isVanished(look)) throw folderError('file', look, from.path);
  // Replayed from where its fate has put it: that is where it stays.
  if (from.archived) return typeof look === 'string' ? null : from;
  if (typeof look === 'string' || !isSame(look, from, context)) {
    return settledBefore(order.key, { from, look, shelf }, context);
  }
  if (shelf === 'leave') return from;
  try {
    if (shelf !== 'delete') {
      return await putAway({ key: order.key, from, seen: look }, shelf, state);
    }
    const { clock, signal } = context;
    const patience = patienceOf(process.platform);
    await unlinkPatiently(from.path, { disk: nodeDisk, clock, patience, signal });
    state.touched.add(path.dirname(from.path));
    return null;
  } catch (thrown) {
    const error = folderError('file', thrown, from.path);
    if (!(error instanceof GoneError)) throw error;
    // Taken away this very moment: nothing is left to do.
    return 'vanished';
  }
}

function shelfOf(
  order: SettleOrder,
  context: SettleContext,
  day: string,
): Shelf | 'delete' | 'leave' {
  const { config, layout } = context;
  if (order.as === 'rejected') {
    return layout.rejected === null ? 'leave' : { folder: layout.rejected, day: '' };
  }
  if (config.fate.kind === 'archive' && layout.archive !== null) {
    return { folder: layout.archive, day };
  }
  return config.fate.kind === 'delete' ? 'delete' : 'leave';
}

/** The file is no longer at its place, or it is another one: settled by a run that was cut, or taken by somebody. */
async function settledBefore(
  key: string,
  what: {
    readonly from: FileLocation;
    readonly look: Stats | string;
    readonly shelf: Shelf | 'delete' | 'leave';
  },
  context: SettleContext,
): Promise<FileLocation | 'vanished'> {
  const { from, look, shelf } = what;
  // A share that is away answers like one whose files were deleted.
  if (typeof look === 'string') await context.probeRoot();
  const found = typeof shelf === 'object' ? await findPutAway(key, from, shelf) : undefined;
  if (found !== undefined) return found;
  if (typeof look === 'string') return 'vanished';
  // What lies there now is a new item, and has its own turn.
  throw new GoneError('file.changed', { path: from.path });
}

/** Shares may number their files anew at every connection. */
const isSame = (look: Stats, from: FileLocation, { access }: SettleContext): boolean =>
  access.kind === 'remote' ? isAsFound(look, from) : isSameFound(look, from);

async function flushTouched(
  folders: ReadonlySet<string>,
  { logger }: SettleContext,
): Promise<void> {
  for (const folder of folders) {
    try {
      await flushFolder(folder);
    } catch (thrown) {
      // The moves are made. After a power cut some files may be back at their places: known, and left there.
      logger.log('warn', 'folder.notFlushed', { code: errnoCode(thrown) });
    }
  }
}
