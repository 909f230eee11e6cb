// One look at the whole tree below the root: what is known is only counted, what is not is collected with its size
// and time. Links are not followed. A sub-folder that cannot be read is noted and the rest goes on; a root that
// is no longer there at the end means that the share went away, not that files were deleted.
import path from 'node:path';
import type { Dirent } from 'node:fs';
import { CancelledError, type AppError, TransientError } from '../../errors.ts';
import { versionOfState } from './file-identity.ts';
import {
  type FolderAccess,
  type FolderReader,
  isVanished,
  type Look,
  withSeparator,
} from './folder-access.ts';
import { folderError } from './folder-errors.ts';
import type { Root } from './root-probe.ts';
import { type SkipRules, skipsFile, skipsFolder } from './skip-rules.ts';

export type FoundFile = {
  /** Relative to the root, `/` as separator. */
  readonly key: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly dev: number;
  /** As the file system gives it, perhaps inexact: see `FolderAccess.exactInode`. */
  readonly ino: number;
};

/** Something that stays out until somebody acts: a folder that cannot be read, a name that cannot be written. */
export type Trouble = {
  /** A folder's ends in `/`; `/` alone is the root. */
  readonly key: string;
  readonly title: string;
  readonly error: AppError;
};

export type TreeScan = {
  readonly found: FoundFile[];
  readonly troubles: Trouble[];
  knownCount: number;
  linkCount: number;
};

export type Tree = {
  readonly rootPath: string;
  readonly root: Root;
  /** Looks at the root once more; throws as `RootProbe.probe` does. */
  readonly probeRoot: () => Promise<Root>;
  readonly access: FolderAccess;
  readonly rules: SkipRules;
  /** Asked for every file, before anything is made of it. */
  readonly isKnown: (key: string, version: string) => boolean;
};

/** Stands for bytes that are no UTF-8: such a name cannot be used to open the file. */
const REPLACEMENT = '\uFFFD';

/** Throws `source.away`, ConfigError when the root cannot be read, CancelledError. */
export async function scanTree(tree: Tree): Promise<TreeScan> {
  const scan: TreeScan = { found: [], troubles: [], knownCount: 0, linkCount: 0 };
  const folders = [''];
  for (let key = folders.pop(); key !== undefined; key = folders.pop()) {
    const trouble = await scanFolder(tree, key, { scan, folders });
    if (trouble !== undefined) note(scan, key, trouble);
  }
  await confirmRoot(tree);
  return scan;
}

type Progress = { readonly scan: TreeScan; readonly folders: string[] };

/** Returns what keeps the folder, or some of it, from being read. */
async function scanFolder(
  tree: Tree,
  key: string,
  progress: Progress,
): Promise<AppError | undefined> {
  const folder = key === '' ? tree.rootPath : path.join(tree.rootPath, ...key.split('/'));
  const fail = (thrown: unknown): AppError | undefined => {
    const error = folderError(key === '' ? 'root' : 'subfolder', thrown, folder);
    if (key === '' || error.code === 'source.away' || error.kind === 'cancelled') throw error;
    return error.kind === 'gone' ? undefined : error;
  };
  let reader: FolderReader;
  try {
    reader = await tree.access.openFolder(folder);
  } catch (thrown) {
    return fail(thrown);
  }
  const state: FolderState = { key, prefix: withSeparator(folder, path.sep), hasOddNames: false };
  try {
    for (;;) {
      const entries = await reader.next();
      if (entries.length === 0) break;
      const names = sortOut(tree, entries, state, progress);
      const looks = await tree.access.looks(state.prefix, names);
      for (const [index, name] of names.entries()) {
        const look = looks[index];
        if (look !== undefined) collect(tree, { name, look }, state, progress.scan);
      }
    }
    if (state.hasOddNames) await collectOddNames(tree, folder, state, progress.scan);
    return state.trouble;
  } catch (thrown) {
    return fail(thrown);
  } finally {
    await closeQuietly(reader);
  }
}

type FolderState = {
  readonly key: string;
  readonly prefix: string;
  hasOddNames: boolean;
  /** The first look that failed for another reason than that the file was taken meanwhile. */
  trouble?: AppError;
};

/** Names of files to look at; folders go to the list of what is still to be read. */
function sortOut(
  tree: Tree,
  entries: readonly Dirent[],
  state: FolderState,
  { scan, folders }: Progress,
): string[] {
  const names: string[] = [];
  for (const entry of entries) {
    const { name } = entry;
    if (name.includes(REPLACEMENT)) state.hasOddNames = true;
    if (entry.isFile()) {
      if (!skipsFile(tree.rules, name)) names.push(name);
    } else if (entry.isDirectory()) {
      if (!skipsFolder(tree.rules, state.key, name)) folders.push(`${state.key}${name}/`);
    } else if (entry.isSymbolicLink()) {
      scan.linkCount += 1;
    }
  }
  return names;
}

function collect(
  tree: Tree,
  { name, look }: { readonly name: string; readonly look: Look },
  state: FolderState,
  scan: TreeScan,
): void {
  if (typeof look === 'string') {
    if (isVanished(look)) return;
    // One report per folder, naming the first file: a folder whose every file is refused is one trouble.
    state.trouble ??= folderError('subfolder', look, state.prefix + name);
    if (state.trouble.code === 'source.away') throw state.trouble;
    return;
  }
  if (!look.isFile()) return;
  const key = state.key + name;
  const { size: sizeBytes, mtimeMs, dev, ino } = look;
  if (tree.isKnown(key, versionOfState(sizeBytes, mtimeMs))) scan.knownCount += 1;
  else scan.found.push({ key, sizeBytes, mtimeMs, dev, ino });
}

/** Such names have no text that leads back to the file: they are reported under their bytes. */
async function collectOddNames(
  tree: Tree,
  folder: string,
  state: FolderState,
  scan: TreeScan,
): Promise<void> {
  for (const { bytes, isFolder } of await tree.access.oddNames(folder)) {
    if (isFolder && !tree.rules.recursive) continue;
    const title = bytes.toString('latin1');
    const error = new TransientError('file.nameNotText', { name: title, folder });
    scan.troubles.push({ key: state.key + escapeBytes(bytes), title, error });
  }
}

/** `caf\xE9.pdf`: unlike any text that a file system would give. */
const escapeBytes = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replace(
      /[^\x20-\x7e]/g,
      (byte) => `\\x${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    );

function note(scan: TreeScan, key: string, error: AppError): void {
  const title = key === '' ? '/' : (key.split('/').at(-2) ?? key);
  scan.troubles.push({ key: key === '' ? '/' : key, title, error });
}

async function confirmRoot(tree: Tree): Promise<void> {
  const { stats } = await tree.probeRoot();
  // Another volume under the same path: the share was unmounted and its empty mount point shows.
  if (stats.dev !== tree.root.stats.dev) throw folderError('root', 'ENOENT', tree.rootPath);
}

async function closeQuietly(reader: FolderReader): Promise<void> {
  try {
    await reader.close();
  } catch (thrown) {
    // Everything was read, or its failure is on its way; only a stop must get through.
    if (thrown instanceof CancelledError) throw thrown;
  }
}
