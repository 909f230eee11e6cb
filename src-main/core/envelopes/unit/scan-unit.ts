// The files of a folder, below it too, as far as an envelope may reach. Links are refused, not followed: a deposit has
// no reason to hold one, and a link may point anywhere.
import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GoneError, RefusedError, throwIfAborted, TransientError } from '../../errors.ts';
import type { FileOnDisk } from '../bytes/byte-source.ts';
import { shown } from '../archives/entry-name.ts';

export type ScannedFile = FileOnDisk & { readonly mtimeMs: number };

export type Scan = {
  /** Directly in the folder. */
  readonly files: readonly ScannedFile[];
  readonly folders: readonly string[];
  readonly links: readonly string[];
};

const MAX_DEPTH = 6;

/** One level. `prefix`: what names begin with, '' or ending in `/`. Throws GoneError, TransientError, CancelledError. */
export async function scanFolder(
  folder: string,
  prefix: string,
  signal: AbortSignal,
): Promise<Scan> {
  const title = prefix === '' ? basename(folder) : prefix;
  const names = await readdir(folder).catch((error: unknown) => {
    throw scanError(error, title);
  });
  const files: ScannedFile[] = [];
  const folders: string[] = [];
  const links: string[] = [];
  for (const name of names.sort(byCodeUnits)) {
    throwIfAborted(signal);
    const path = join(folder, name);
    // Vanished since the listing: it is not part of what is there now.
    const stats = await lstat(path).catch(() => null);
    if (stats === null) continue;
    if (stats.isSymbolicLink()) links.push(name);
    else if (stats.isDirectory()) folders.push(name);
    else if (stats.isFile()) {
      const { size: sizeBytes, mtimeMs } = stats;
      files.push({ name: prefix + name, path, sizeBytes, mtimeMs });
    }
  }
  return { files, folders, links };
}

/** All levels, names relative to the folder. Throws also RefusedError `envelope.tooManyFiles`, `envelope.tooDeep`. */
export async function scanTree(
  folder: string,
  maxFiles: number,
  signal: AbortSignal,
): Promise<ScannedFile[]> {
  const found: ScannedFile[] = [];
  const walk = async (path: string, prefix: string, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH) throw new RefusedError('envelope.tooDeep', { name: prefix });
    const { files, folders, links } = await scanFolder(path, prefix, signal);
    const [link] = links;
    if (link !== undefined) throw linkError(prefix === '' ? basename(folder) : prefix, link);
    found.push(...files);
    if (found.length > maxFiles) {
      throw new RefusedError('envelope.tooManyFiles', { name: basename(folder), max: maxFiles });
    }
    for (const name of folders) await walk(join(path, name), `${prefix}${name}/`, depth + 1);
  };
  await walk(folder, '', 0);
  return found;
}

export const linkError = (name: string, entry: string): RefusedError =>
  new RefusedError('envelope.link', { name, entry: shown(entry) });

/** The same everywhere, whatever the language of the system. */
const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function scanError(error: unknown, name: string): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return new GoneError('envelope.gone', { name }, { cause: error });
  return new TransientError('envelope.unreadable', { name, code }, { cause: error });
}
