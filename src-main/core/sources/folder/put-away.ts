// Moves a file to where its fate wants it: the archive of the day, or the folder of the rejected. Never over a file
// that is there, and never twice: what a run that was cut short has moved already is recognised.
import { createReadStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Stats } from 'node:fs';
import { GoneError, throwIfAborted, TransientError } from '../../errors.ts';
import { nodeDisk } from '../../files/disk-calls.ts';
import { moveFile } from '../../files/move-file.ts';
import { fitName } from '../../files/name-parts.ts';
import type { FileLocation, SizeAndTime } from './file-identity.ts';
import { errnoCode, folderError } from './folder-errors.ts';

export type Shelf = {
  /** Absolute path of the archive, or of the folder of the rejected. */
  readonly folder: string;
  /** Name of today's sub-folder, `yyyy-mm-dd`; empty = no sub-folder per day. */
  readonly day: string;
};

export type PutAway = {
  readonly signal: AbortSignal;
  /** Paths that another move of this process has chosen and not reached yet. */
  readonly reserved: Set<string>;
  /** Folders whose entries have changed, to be flushed by the caller. */
  readonly touched: Set<string>;
  /** Folders known to be there. */
  readonly made: Set<string>;
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
export async function putAway(
  file: { readonly key: string; readonly from: FileLocation; readonly seen: Stats },
  shelf: Shelf,
  state: PutAway,
): Promise<FileLocation> {
  const { key, from, seen } = file;
  const folder = path.join(shelf.folder, shelf.day, ...key.split('/').slice(0, -1));
  await makeFolder(folder, state);
  const name = key.slice(key.lastIndexOf('/') + 1);
  for (let number = 1; number <= MOST_NAMES; number += 1) {
    throwIfAborted(state.signal);
    const target = path.join(folder, numbered(name, number));
    if (state.reserved.has(target)) continue;
    state.reserved.add(target);
    try {
      const there = await stateOf(target);
      if (there !== undefined) {
        if (!(await isCopyOf(there, target, { seen, path: from.path }))) continue;
        // Copied to another volume by a run that was cut before it could delete the source.
        await nodeDisk.unlink(from.path);
      } else {
        await move(from.path, target, state.signal);
      }
      state.touched.add(folder).add(path.dirname(from.path));
      const now = (await stateOf(target)) ?? seen;
      const { size: sizeBytes, mtimeMs } = now;
      return { path: target, sizeBytes, mtimeMs, ino: String(now.ino), archived: true };
    } finally {
      state.reserved.delete(target);
    }
  }
  throw new TransientError('archive.noFreeName', { path: folder, name });
}

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
      if (!looksLike(there, from)) continue;
      const { size: sizeBytes, mtimeMs, ino } = there;
      return { path: target, sizeBytes, mtimeMs, ino: String(ino), archived: true };
    }
  }
  return undefined;
}

const MOST_NAMES = 1000;
/** File systems keep times as coarsely as this (FAT). */
const TIME_SLACK_MS = 2000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Days looked through for what a cut run has put away: it was the last run of this launcher. */
const RECENT_DAYS = 31;
/** The longest name that file systems take. */
const ROOM = { maxBytes: 255, maxUnits: 255 };

const numbered = (name: string, number: number): string =>
  number === 1 ? name : fitName(name, ROOM, ` (${number})`);

const looksLike = (there: Stats, file: SizeAndTime): boolean =>
  there.isFile() &&
  there.size === file.sizeBytes &&
  Math.abs(there.mtimeMs - file.mtimeMs) <= TIME_SLACK_MS;

async function isCopyOf(
  there: Stats,
  target: string,
  source: { readonly seen: Stats; readonly path: string },
): Promise<boolean> {
  // Within one volume a move is one step: what lies there is another file.
  if (there.dev === source.seen.dev) return false;
  const { size: sizeBytes, mtimeMs } = source.seen;
  return looksLike(there, { sizeBytes, mtimeMs }) && (await hasSameBytes(target, source.path));
}

async function hasSameBytes(one: string, other: string): Promise<boolean> {
  const options = { highWaterMark: 1024 * 1024 };
  const left = createReadStream(one, options)[Symbol.asyncIterator]();
  const right = createReadStream(other, options)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const [a, b]: IteratorResult<unknown>[] = await Promise.all([left.next(), right.next()]);
      if (a?.done === true || b?.done === true) return a?.done === b?.done;
      const isSame =
        Buffer.isBuffer(a?.value) && Buffer.isBuffer(b?.value) && a.value.equals(b.value);
      if (!isSame) return false;
    }
  } finally {
    await Promise.all([left.return?.(), right.return?.()]);
  }
}

async function makeFolder(folder: string, state: PutAway): Promise<void> {
  if (state.made.has(folder)) return;
  try {
    const first = await mkdir(folder, { recursive: true });
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

async function move(from: string, to: string, signal: AbortSignal): Promise<void> {
  try {
    await moveFile(from, to, signal);
  } catch (thrown) {
    if (errnoCode(thrown) === 'ENOENT') throw new GoneError('file.gone', { path: from });
    throw folderError('target', thrown, to);
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
