// Moves a file to where its fate wants it: the archive of the day, or the folder of the rejected. Never over a file
// that is there, and never twice: what a run that was cut short has moved already is recognised.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Stats } from 'node:fs';
import { AppError, GoneError, throwIfAborted, TransientError } from '../../errors.ts';
import { nodeDisk } from '../../files/disk-calls.ts';
import { makeFolders } from '../../files/make-folders.ts';
import { moveFile } from '../../files/move-file.ts';
import { fitName } from '../../files/name-parts.ts';
import { MAX_NAME_BYTES } from '../../files/safe-name.ts';
import type { SizeAndTime } from '../../files/seen-file.ts';
import type { Clock } from '../../ports.ts';
import type { FileLocation } from './file-identity.ts';
import { errnoCode, folderError } from './folder-errors.ts';

export type Shelf = {
  /** Absolute path of the archive, or of the folder of the rejected. */
  readonly folder: string;
  /** Name of today's sub-folder, `yyyy-mm-dd`; empty = no sub-folder per day. */
  readonly day: string;
};

export type PutAway = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Paths that another move of this process has chosen and not reached yet. */
  readonly reserved: Set<string>;
  /** Folders whose entries have changed, to be flushed by the caller. */
  readonly touched: Set<string>;
  /** Folders known to be there. */
  readonly made: Set<string>;
  /** Pairs of folders that were compared, and whether they are one. */
  readonly same: Map<string, boolean>;
};

/** `2026-11-22`, in local time: people look for yesterday's scans by their calendar. */
export function dayOf(now: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/**
 * Moves the file at `from.path`, just looked at as `seen`, below the shelf, keeping the sub-path of its key. Returns
 * where it lies now. Throws GoneError `file.gone` when it is taken away meanwhile, else what stands in the way.
 */
export async function putAway(file: Found, shelf: Shelf, state: PutAway): Promise<FileLocation> {
  const { key, from, seen } = file;
  const folder = path.join(shelf.folder, shelf.day, ...key.split('/').slice(0, -1));
  await makeFolder(folder, state);
  if (await isSameFolder(folder, path.dirname(from.path), state)) return from;
  const name = key.slice(key.lastIndexOf('/') + 1);
  for (let number = 1; number <= MOST_NAMES; number += 1) {
    throwIfAborted(state.signal);
    const target = path.join(folder, numbered(name, number));
    if (state.reserved.has(target)) continue;
    state.reserved.add(target);
    try {
      if (!(await moveTo(target, file, state))) continue;
      state.touched.add(folder).add(path.dirname(from.path));
      return located(target, (await stateOf(target)) ?? seen);
    } finally {
      state.reserved.delete(target);
    }
  }
  throw new TransientError('archive.noFreeName', { path: folder, name });
}

type Found = { readonly key: string; readonly from: FileLocation; readonly seen: Stats };

/** Where an earlier run has put the file that is no longer at its place; undefined = nowhere that we know. */
export async function findPutAway(
  key: string,
  from: FileLocation,
  shelf: Shelf,
): Promise<FileLocation | undefined> {
  const segments = key.split('/');
  const name = segments.pop() ?? '';
  for (const day of shelf.day === '' ? [''] : await daysOf(shelf.folder)) {
    for (let number = 1; number <= MOST_NAMES; number += 1) {
      const target = path.join(shelf.folder, day, ...segments, numbered(name, number));
      const there = await stateOf(target);
      if (there === undefined) break;
      if (looksLike(there, from)) return located(target, there);
    }
  }
  return undefined;
}

const located = (target: string, there: Stats): FileLocation => ({
  path: target,
  sizeBytes: there.size,
  mtimeMs: there.mtimeMs,
  ino: String(there.ino),
  archived: true,
});

const MOST_NAMES = 1000;
/** File systems keep times as coarsely as this (FAT). */
const TIME_SLACK_MS = 2000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Days looked through for what a cut run has put away: it was the last run of this launcher. */
const RECENT_DAYS = 31;
const ROOM = { maxBytes: MAX_NAME_BYTES, maxUnits: MAX_NAME_BYTES };

const numbered = (name: string, number: number): string =>
  number === 1 ? name : fitName(name, ROOM, ` (${number})`);

const looksLike = (there: Stats, file: SizeAndTime): boolean =>
  there.isFile() &&
  there.size === file.sizeBytes &&
  Math.abs(there.mtimeMs - file.mtimeMs) <= TIME_SLACK_MS;

/** False when the name cannot be had, and the next one is to be tried. */
async function moveTo(
  target: string,
  { from, seen }: Found,
  { clock, signal }: PutAway,
): Promise<boolean> {
  const there = await stateOf(target);
  try {
    if (there === undefined) {
      if (!(await renamed(from.path, target))) await moveFile(from.path, target, signal, { clock });
      return true;
    }
    // Perhaps a run was cut between copying (or linking) and deleting: `moveFile` knows its own, and ends it.
    const isOwn = there.dev !== seen.dev || there.ino === seen.ino;
    if (isOwn) await moveFile(from.path, target, signal, { clock });
    return isOwn;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'name.taken') return false;
    const code = errnoCode(thrown);
    // One call names two paths: either may be what is missing.
    if (code === 'ENOENT' && (await stateOf(from.path)) === undefined) {
      throw new GoneError('file.gone', { path: from.path });
    }
    // A disk that takes less than the one it comes from.
    if (code === 'ENAMETOOLONG' && Buffer.byteLength(path.basename(target)) > ROOM.maxBytes) {
      return false;
    }
    throw folderError('target', thrown, target);
  }
}

/**
 * Within one volume: a single step, flushed by the caller with all the others. Nothing is there, as was just seen, and
 * nobody else in this process may take the name. False where it needs more than that.
 */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await nodeDisk.rename(from, to);
    return true;
  } catch (thrown) {
    // Another volume; or, on Windows, somebody holds the file for a moment.
    if (['EXDEV', 'EPERM', 'EACCES', 'EBUSY'].includes(errnoCode(thrown))) return false;
    throw thrown;
  }
}

async function makeFolder(folder: string, state: PutAway): Promise<void> {
  if (state.made.has(folder)) return;
  try {
    const first = await makeFolders(folder);
    // A new folder is an entry of its parent, which must survive a power cut like any other.
    for (let made = folder; first !== undefined && made.length >= first.length;) {
      made = path.dirname(made);
      state.touched.add(made);
    }
    state.made.add(folder);
  } catch (thrown) {
    throw folderError('target', thrown, folder);
  }
}

/** Undefined when nothing is there. */
async function stateOf(target: string): Promise<Stats | undefined> {
  try {
    return await nodeDisk.lstat(target);
  } catch (thrown) {
    const code = errnoCode(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw folderError('target', thrown, target);
  }
}

/** One folder under two paths: what is to be moved there lies there already. */
async function isSameFolder(one: string, other: string, { same }: PutAway): Promise<boolean> {
  const id = `${one}\0${other}`;
  let answer = same.get(id);
  if (answer === undefined) {
    const [a, b] = await Promise.all([folderState(one), folderState(other)]);
    answer = a.dev === b.dev && a.ino === b.ino && a.ino !== 0;
    same.set(id, answer);
  }
  return answer;
}

async function folderState(folder: string): Promise<Stats> {
  try {
    return await nodeDisk.stat(folder);
  } catch (thrown) {
    throw folderError('target', thrown, folder);
  }
}

/** Latest first. */
async function daysOf(archive: string): Promise<string[]> {
  try {
    const names = await readdir(archive);
    return names
      .filter((name) => DAY.test(name))
      .sort()
      .reverse()
      .slice(0, RECENT_DAYS);
  } catch (thrown) {
    // No archive yet: nothing was put away.
    if (errnoCode(thrown) === 'ENOENT') return [];
    throw folderError('target', thrown, archive);
  }
}
