// The folders of this machine, one level at a time, for a window that has no dialog of its own. It names folders and nothing
// else, waits no longer than a share needs to answer, and lists no more than a person can look through.
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, posix, win32 } from 'node:path';
import type { BrowsePlace, BrowseReport } from '#contract/model/browse';
import { ConfigError, throwIfAborted, TransientError } from '../errors.ts';
import type { Clock } from '../ports.ts';

const MOST_FOLDERS = 2000;
const WAIT_MS = 10_000;
/** What is not there says so at once; the drive of a share that is away is there, and says nothing for long. */
const DRIVE_MS = 2000;

export type BrowseOptions = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Folders that launchers and jobs use already. */
  readonly used: readonly string[];
  /** Whose paths and drives: those of this machine. */
  readonly platform: NodeJS.Platform;
  /** Other disks than this machine's; for tests. */
  readonly leadsToFolder?: (path: string) => Promise<boolean>;
};

/**
 * Throws ConfigError `path.notAbsolute`, `browse.missing`, `browse.denied` {path} (field `path`), TransientError
 * `browse.slow` {path} when the disk or share does not answer, `browse.failed` {path, reason} for the rest.
 */
export async function browseFolders(path: string, options: BrowseOptions): Promise<BrowseReport> {
  const way = options.platform === 'win32' ? win32 : posix;
  const wanted = path.trim();
  const roots = await rootsOf(options);
  if (wanted === '') return { path: '', parent: null, roots, folders: [], isCut: false };
  if (!way.isAbsolute(wanted))
    throw new ConfigError('path.notAbsolute', { path: wanted }, { field: 'path' });
  const at = way.normalize(wanted);
  const folders = await inTime(at, options, () => foldersIn(at, way.sep));
  const parent = way.dirname(at);
  return {
    path: at,
    parent: parent === at ? null : parent,
    roots,
    folders: folders.slice(0, MOST_FOLDERS),
    isCut: folders.length > MOST_FOLDERS,
  };
}

async function foldersIn(at: string, separator: string): Promise<BrowsePlace[]> {
  const entries = await readdir(at, { withFileTypes: true });
  const base = at.endsWith(separator) ? at : at + separator;
  const found: BrowsePlace[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name.startsWith('$')) continue;
    const path = base + entry.name;
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(path)));
    if (isFolder) found.push({ name: entry.name, path });
  }
  return found.toSorted((a, b) => a.name.localeCompare(b.name, 'fr', { numeric: true }));
}

const leadsToFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    // It leads nowhere: nothing to choose.
    () => false,
  );

async function rootsOf(options: BrowseOptions): Promise<BrowsePlace[]> {
  const { platform, used } = options;
  const isWindows = platform === 'win32';
  const drives = isWindows ? await drivesOfWindows(options) : [{ name: '/', path: '/' }];
  const home = homedir();
  const known = [...new Set(used)].filter((path) => path !== '').slice(0, 30);
  const name = (path: string): string =>
    (isWindows ? win32.basename(path) : basename(path)) || path;
  return [
    { name: name(home), path: home },
    ...drives,
    ...known.filter((path) => path !== home).map((path) => ({ name: name(path), path })),
  ];
}

async function drivesOfWindows(options: BrowseOptions): Promise<BrowsePlace[]> {
  const { clock, signal, leadsToFolder: isThere = leadsToFolder } = options;
  const over = new AbortController();
  const late = clock.sleep(DRIVE_MS, AbortSignal.any([signal, over.signal])).then(() => true);
  const letters = Array.from('CDEFGHIJKLMNOPQRSTUVWXYZAB');
  try {
    const found = await Promise.all(
      letters.map(async (letter) => {
        const path = `${letter}:\\`;
        return (await Promise.race([isThere(path), late])) ? [{ name: `${letter}:`, path }] : [];
      }),
    );
    return found.flat();
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
}

/** A share that is away keeps `readdir` waiting for minutes; nobody who chooses a folder should. */
async function inTime<T>(
  path: string,
  { clock, signal }: BrowseOptions,
  work: () => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  const over = new AbortController();
  const late = clock
    .sleep(WAIT_MS, AbortSignal.any([signal, over.signal]))
    .then(() => Promise.reject(new TransientError('browse.slow', { path })));
  try {
    return await Promise.race([work(), late]);
  } catch (cause) {
    throw readFault(path, cause);
  } finally {
    over.abort();
    // Whether it was late is told already.
    late.catch(() => undefined);
  }
}

function readFault(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('code' in cause) || !('syscall' in cause)) return cause;
  const extra = { cause, field: 'path' };
  switch (cause.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new ConfigError('browse.missing', { path }, extra);
    case 'EACCES':
    case 'EPERM':
      return new ConfigError('browse.denied', { path }, extra);
    default:
      return new TransientError('browse.failed', { path, reason: String(cause.code) }, { cause });
  }
}
