// Where a bench works. ext4 creates files slowly where many were deleted a moment ago, so every run writes to a new
// folder and nothing is deleted before the end.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export type WorkFolder = {
  readonly root: string;
  /** A path that does not exist yet. */
  readonly fresh: (name: string) => string;
  readonly remove: () => void;
};

export function makeWorkFolder(parent: string): WorkFolder {
  const root = join(parent, `lanceur-bench-${process.pid}`);
  mkdirSync(root, { recursive: true });
  // Top of a directory tree: its sub-folders are spread over the disk's block groups. Elsewhere than ext4 it fails, harmlessly.
  spawnSync('chattr', ['+T', root]);
  let count = 0;
  return {
    root,
    fresh: (name) => join(root, `${name}-${(count += 1)}`),
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
