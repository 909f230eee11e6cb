// The fate of a unit that is a folder: it moves or vanishes in one rename, so that no look ever sees a part of it.
import { createHash } from 'node:crypto';
import { cp, lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { TransientError } from '../../errors.ts';
import { nodeDisk } from '../../files/disk-calls.ts';
import { flushFolder } from '../../files/flush-folder.ts';
import { makeFolders } from '../../files/make-folders.ts';
import { fitName } from '../../files/name-parts.ts';
import { patienceOf, renamePatiently } from '../../files/rename-patiently.ts';
import { MAX_NAME_BYTES } from '../../files/safe-name.ts';
import { errnoCode, folderError } from '../folder/folder-errors.ts';
import type { PutAway, Shelf } from '../folder/put-away.ts';
import type { SettleOrder } from '../source.ts';
import type { UnitSettling } from './settle-units.ts';
import { filesAt, type UnitLocation } from './unit-location.ts';
import { isFolderAsFound, isThere, stateOf } from './unit-state.ts';

export type Task = {
  readonly order: SettleOrder;
  readonly from: UnitLocation;
  readonly settling: UnitSettling;
  readonly state: PutAway;
};

export async function deleteFolder(task: Task): Promise<null> {
  const { from, settling } = task;
  if (await isFolderAsFound(from, settling.config.envelope.endMarker)) await hide(task);
  await removeHidden(task);
  return null;
}

/** Out of sight in one step, under a name of ours that no look takes; what a crash leaves of it goes the next time. */
async function hide(task: Task): Promise<void> {
  const { from, settling, state } = task;
  try {
    await renamePatiently(from.path, hiddenAt(task), renameTools(settling));
  } catch (thrown) {
    throw folderError('file', thrown, from.path);
  }
  state.touched.add(path.dirname(from.path));
  settling.checkpoint('source.filed');
}

async function removeHidden(task: Task): Promise<void> {
  try {
    await rm(hiddenAt(task), { recursive: true, force: true });
  } catch (thrown) {
    throw folderError('file', thrown, task.from.path);
  }
}

function hiddenAt({ order, from }: Task): string {
  const hash = createHash('sha256').update(`${order.key}\0${order.version}`);
  const id = hash.digest('hex').slice(0, 16);
  return path.join(path.dirname(from.path), `.lanceur-gone${id}-0-0.part`);
}

export async function moveFolder(task: Task, shelf: Shelf): Promise<UnitLocation | null> {
  const { order, from, settling, state } = task;
  const segments = order.key.split('/');
  const name = segments.pop() ?? '';
  if (!(await isFolderAsFound(from, settling.config.envelope.endMarker))) {
    await removeHidden(task);
    return findFolder(task, shelf);
  }
  const parent = path.join(shelf.folder, shelf.day, ...segments);
  try {
    await makeFolders(parent);
  } catch (thrown) {
    throw folderError('target', thrown, parent);
  }
  for (let number = 1; number <= MOST_NAMES; number++) {
    const target = path.join(parent, numbered(name, number));
    if (state.reserved.has(target)) continue;
    if ((await isThere(target)) && !(await isCopyOf(from, target))) continue;
    state.reserved.add(target);
    try {
      await moveWhole(task, target);
    } finally {
      state.reserved.delete(target);
    }
    state.touched.add(parent).add(path.dirname(from.path));
    return { ...from, path: target, archived: true };
  }
  throw new TransientError('archive.noFreeName', { path: parent, name });
}

const MOST_NAMES = 1000;
const ROOM = { maxBytes: MAX_NAME_BYTES, maxUnits: MAX_NAME_BYTES };
const numbered = (name: string, number: number): string =>
  number === 1 ? name : fitName(name, ROOM, ` (${String(number)})`);

/** Put there, on another volume, by a run that was cut before it could take the original away. */
async function isCopyOf(from: UnitLocation, target: string): Promise<boolean> {
  const [here, there] = await Promise.all([lstat(from.path), lstat(target)]);
  if (here.dev === there.dev) return false;
  const states = await Promise.all(filesAt({ ...from, path: target }).map(stateOf));
  return states.every((state) => state === 'same');
}

async function moveWhole(task: Task, to: string): Promise<void> {
  const { from, settling } = task;
  try {
    if (!(await isThere(to))) {
      await renamePatiently(from.path, to, renameTools(settling));
      return;
    }
  } catch (thrown) {
    if (errnoCode(thrown) !== 'EXDEV') throw folderError('target', thrown, to);
    await copyWhole(from.path, to, settling);
  }
  // Gone here in one step as well: what a crash leaves of it must not look like another, smaller envelope.
  await hide(task);
  await removeHidden(task);
}

/** Complete there under a name of ours before it shows. */
async function copyWhole(from: string, to: string, settling: UnitSettling): Promise<void> {
  const id = createHash('sha256').update(`${from}\0${to}`).digest('hex').slice(0, 16);
  const aside = path.join(path.dirname(to), `.lanceur-move${id}-0-0.part`);
  try {
    await rm(aside, { recursive: true, force: true });
    await cp(from, aside, { recursive: true, preserveTimestamps: true, errorOnExist: true });
    await flushTree(aside);
    await renamePatiently(aside, to, renameTools(settling));
    // Survives a power cut before the original is touched.
    await flushFolder(path.dirname(to));
  } catch (thrown) {
    throw folderError('target', thrown, to);
  }
  settling.checkpoint('source.filed');
}

async function flushTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) await flushTree(at);
    else {
      const fd = await nodeDisk.open(at, 'r', 0);
      await nodeDisk.sync(fd).finally(() => nodeDisk.close(fd));
    }
  }
  await flushFolder(folder);
}

/** Where a run that was cut has put it; null = somebody took it away. */
async function findFolder({ order, from }: Task, shelf: Shelf): Promise<UnitLocation | null> {
  const segments = order.key.split('/');
  const name = segments.pop() ?? '';
  const days = shelf.day === '' ? [''] : await daysOf(shelf.folder);
  for (const day of days) {
    for (let number = 1; number <= MOST_NAMES; number++) {
      const target = path.join(shelf.folder, day, ...segments, numbered(name, number));
      if (!(await isThere(target))) break;
      const found = { ...from, path: target, archived: true };
      const states = await Promise.all(filesAt(found).map(stateOf));
      if (states.every((state) => state === 'same')) return found;
    }
  }
  return null;
}

const RECENT_DAYS = 31;

async function daysOf(archive: string): Promise<string[]> {
  const names = await readdir(archive).catch(() => []);
  const days = names.filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name));
  return days.sort().reverse().slice(0, RECENT_DAYS);
}

export const renameTools = ({ clock, signal }: UnitSettling) => ({
  disk: nodeDisk,
  clock,
  signal,
  patience: patienceOf(process.platform),
});
