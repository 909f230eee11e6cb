// Where a folder launcher's own folders lie: what it scans, where it archives, where it puts what it rejects.
import path from 'node:path';
import type { FolderConfig } from '#contract/model/source-config';
import { ConfigError } from '../../errors.ts';

/**
 * Archive inside the scanned folder when none is named. It stays out of the scan whatever the fate is now: else a
 * change from "archive" to "leave" would deliver the whole archive once more.
 */
export const DEFAULT_ARCHIVE = '_archive';

export type FolderLayout = {
  readonly root: string;
  /** Null where the fate is not to archive. */
  readonly archive: string | null;
  /** Null where rejected files are left. */
  readonly rejected: string | null;
  /** Keys (`a/b/`) of those that lie inside the root. */
  readonly ownFolders: readonly string[];
};

/** Throws ConfigError `path.notAbsolute` or `folder.ownIsRoot` with the field that is wrong. */
export function folderLayout(config: FolderConfig): FolderLayout {
  if (!path.isAbsolute(config.path)) {
    throw new ConfigError('path.notAbsolute', { path: config.path }, { field: 'source.path' });
  }
  const root = path.resolve(config.path);
  const { fate, rejectedFate } = config;
  const archive =
    fate.kind === 'archive'
      ? own(root, fate.archiveFolder || DEFAULT_ARCHIVE, 'source.fate.archiveFolder')
      : null;
  const rejected =
    rejectedFate.kind === 'move'
      ? own(root, rejectedFate.folder, 'source.rejectedFate.folder')
      : null;
  const inside = [path.join(root, DEFAULT_ARCHIVE), archive, rejected].flatMap(
    (folder) => (folder === null ? undefined : keyInside(root, folder)) ?? [],
  );
  return { root, archive, rejected, ownFolders: [...new Set(inside)] };
}

function own(root: string, folder: string, field: string): string {
  const resolved = path.resolve(root, folder);
  // Then what is put away would be found again at the next look.
  if (path.relative(root, resolved) === '') {
    throw new ConfigError('folder.ownIsRoot', { path: resolved }, { field });
  }
  return resolved;
}

/** Key of a folder below the root, ending in `/`; undefined when it lies elsewhere. */
function keyInside(root: string, folder: string): string | undefined {
  const relative = path.relative(root, folder);
  if (path.isAbsolute(relative) || relative === '..' || relative.startsWith(`..${path.sep}`)) {
    return undefined;
  }
  return `${relative.split(path.sep).join('/')}/`;
}
