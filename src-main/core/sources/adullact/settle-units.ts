// Carries out the fate of units, whole: a folder at once; loose files one by one, and a run that was cut goes on where it
// stopped. Only what is still as it was delivered is touched.
import path from 'node:path';
import type { AdullactConfig } from '#contract/model/adullact-config';
import { GoneError, throwIfAborted, toAppError } from '../../errors.ts';
import { nodeDisk } from '../../files/disk-calls.ts';
import { flushFolder } from '../../files/flush-folder.ts';
import { unlinkPatiently } from '../../files/rename-patiently.ts';
import type { Checkpoint, Clock, Logger } from '../../ports.ts';
import { errnoCode, folderError } from '../folder/folder-errors.ts';
import type { FolderLayout } from '../folder/folder-layout.ts';
import { dayOf, findPutAway, putAway, type PutAway, type Shelf } from '../folder/put-away.ts';
import type { SettleOrder, SettleOutcome } from '../source.ts';
import { deleteFolder, moveFolder, renameTools, type Task } from './settle-folder.ts';
import { filesAt, readUnitLocation, type UnitLocation } from './unit-location.ts';
import { stateOf } from './unit-state.ts';

export type UnitSettling = {
  readonly config: AdullactConfig;
  readonly layout: FolderLayout;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly checkpoint: Checkpoint;
  readonly reserved: Set<string>;
  readonly signal: AbortSignal;
};

export async function settleUnits(
  orders: readonly SettleOrder[],
  settling: UnitSettling,
): Promise<SettleOutcome[]> {
  const { clock, signal, reserved, logger, checkpoint } = settling;
  const state: PutAway = {
    clock,
    signal,
    reserved,
    touched: new Set(),
    made: new Set(),
    same: new Map(),
  };
  const outcomes: SettleOutcome[] = [];
  try {
    for (const order of orders) {
      throwIfAborted(signal);
      outcomes.push(await settleGuarded(order, settling, state));
      checkpoint('source.settled');
    }
  } finally {
    for (const folder of state.touched) {
      await flushFolder(folder).catch((thrown: unknown) => {
        // The moves are made; after a power cut some may be back: known, and left there.
        logger.log('warn', 'folder.notFlushed', { code: errnoCode(thrown) });
      });
    }
  }
  return outcomes;
}

async function settleGuarded(
  order: SettleOrder,
  settling: UnitSettling,
  state: PutAway,
): Promise<SettleOutcome> {
  try {
    const location = await settleOne(order, settling, state);
    return { ok: true, location: location === null ? null : JSON.stringify(location) };
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'cancelled' || error.kind === 'unexpected') throw thrown;
    return { ok: false, error };
  }
}

async function settleOne(
  order: SettleOrder,
  settling: UnitSettling,
  state: PutAway,
): Promise<UnitLocation | null> {
  const from = readUnitLocation(order.location);
  // A row without a place: somebody else had settled it.
  if (from === undefined) return null;
  const shelf = shelfOf(order, settling);
  if (from.archived || shelf === 'leave') return from;
  const task = { order, from, settling, state };
  if (from.shape === 'folder') {
    return shelf === 'delete' ? deleteFolder(task) : moveFolder(task, shelf);
  }
  return shelf === 'delete' ? deleteFiles(task) : moveFiles(task, shelf);
}

function shelfOf(
  { as }: SettleOrder,
  { config, layout, clock }: UnitSettling,
): Shelf | 'delete' | 'leave' {
  if (as === 'rejected') {
    return layout.rejected === null ? 'leave' : { folder: layout.rejected, day: '' };
  }
  if (config.fate.kind === 'archive' && layout.archive !== null) {
    return { folder: layout.archive, day: dayOf(clock.now()) };
  }
  return config.fate.kind === 'delete' ? 'delete' : 'leave';
}

async function moveFiles(
  { order, from, settling, state }: Task,
  shelf: Shelf,
): Promise<UnitLocation> {
  const segments = order.key.split('/');
  const name = segments.pop() ?? '';
  // Loose files of one deposit stay together, apart from the next one's, whose files have the same names.
  const own = from.shape === 'group' ? [`${name}-${order.version.slice(0, 8)}`] : [];
  const files: UnitLocation['files'] = [];
  for (const file of filesAt(from)) {
    const key = [...segments, ...own, file.name].join('/');
    const { path: at, sizeBytes, mtimeMs } = file;
    const place = { path: at, sizeBytes, mtimeMs, ino: '0', archived: false };
    const seen = await stateOf(file);
    const moved =
      seen === 'same'
        ? await putAway({ key, from: place, seen: await nodeDisk.lstat(at) }, shelf, state)
        : await findPutAway(key, place, shelf);
    if (moved === undefined && seen === 'other') throw new GoneError('file.changed', { path: at });
    settling.checkpoint('source.filed');
    if (moved !== undefined)
      files.push({ name: file.name, path: moved.path, sizeBytes, mtimeMs: moved.mtimeMs });
  }
  const main = files.find((file) => file.name === name) ?? files[0];
  return { shape: from.shape, path: main?.path ?? from.path, files, archived: true };
}

async function deleteFiles({ from, settling, state }: Task): Promise<null> {
  for (const file of filesAt(from)) {
    const seen = await stateOf(file);
    if (seen === 'other') throw new GoneError('file.changed', { path: file.path });
    if (seen === 'gone') continue;
    try {
      await unlinkPatiently(file.path, renameTools(settling));
    } catch (thrown) {
      const error = folderError('file', thrown, file.path);
      if (!(error instanceof GoneError)) throw error;
    }
    state.touched.add(path.dirname(file.path));
    settling.checkpoint('source.filed');
  }
  return null;
}
