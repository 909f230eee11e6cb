// Whether a unit is still what it was: each of its files by size and time, and nothing that counts beside them.
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ScannedFile } from '../../envelopes/unit/scan-unit.ts';
import { GoneError } from '../../errors.ts';
import { errnoCode, folderError } from '../folder/folder-errors.ts';
import { counts, filesAt, type UnitLocation } from './unit-location.ts';

/** File systems keep times as coarsely as this (FAT). */
const TIME_SLACK_MS = 2000;

export async function stateOf(file: ScannedFile): Promise<'same' | 'other' | 'gone'> {
  try {
    const { size, mtimeMs } = await lstat(file.path);
    const isSame = size === file.sizeBytes && Math.abs(mtimeMs - file.mtimeMs) <= TIME_SLACK_MS;
    return isSame ? 'same' : 'other';
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoCode(thrown))) return 'gone';
    throw folderError('file', thrown, file.path);
  }
}

/** False where it is gone. Throws GoneError `file.changed` where something came to it: that is a new item. */
export async function isFolderAsFound(from: UnitLocation, endMarker: string): Promise<boolean> {
  if (!(await isThere(from.path))) return false;
  const states = await Promise.all(filesAt(from).map(stateOf));
  const known = new Set(from.files.map(({ name }) => name));
  const there = await namesBelow(from.path, '');
  const isMore = there.some((name) => !known.has(name) && counts(name, endMarker));
  if (states.every((state) => state === 'same') && !isMore) return true;
  throw new GoneError('file.changed', { path: from.path });
}

async function namesBelow(folder: string, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      names.push(...(await namesBelow(path.join(folder, entry.name), `${prefix}${entry.name}/`)));
    } else names.push(prefix + entry.name);
  }
  return names;
}

export async function isThere(at: string): Promise<boolean> {
  try {
    await lstat(at);
    return true;
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoCode(thrown))) return false;
    throw folderError('target', thrown, at);
  }
}
