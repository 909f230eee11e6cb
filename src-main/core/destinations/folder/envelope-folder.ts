// Envelopes in the input folder of a COLD job: built file by file under a temporary name, complete and flushed before
// anybody knows of it, so that one rename shows the whole. And the way back for sets of files that lie side by side.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskCalls } from '../../files/disk-calls.ts';
import { targetError } from '../../files/files-errors.ts';
import { flushFolder } from '../../files/flush-folder.ts';
import { type PatientTools, renamePatiently } from '../../files/rename-patiently.ts';
import { removeQuietly } from '../../files/temp-file.ts';
import type { Checkpoint } from '../../ports.ts';
import type { Bundles, Move, StagedName } from '../destination.ts';

export type BundleTools = PatientTools & {
  readonly checkpoint: Checkpoint;
  /** The input folder. */
  readonly folder: string;
  /** A fresh path in the input folder, of a name that COLD ignores. */
  readonly tempPath: () => string;
};

export function createBundles(tools: BundleTools): Bundles {
  return {
    assemble: (files) => assemble(files, tools),
    async flush() {
      try {
        await flushFolder(tools.folder, tools.disk);
      } catch (thrown) {
        throw targetError(thrown, tools.folder);
      }
    },
    discard: removeFolder,
    async withdraw(moves) {
      const back: boolean[] = [];
      for (const move of moves) back.push(await takeBack(move, tools));
      return back;
    },
  };
}

async function assemble(files: readonly StagedName[], tools: BundleTools): Promise<string> {
  const folder = tools.tempPath();
  try {
    await mkdir(folder);
    for (const { tempPath, name } of files) {
      await renamePatiently(tempPath, join(folder, name), tools);
      tools.checkpoint('envelope.filed');
    }
    await flushFolder(folder, tools.disk);
    return folder;
  } catch (thrown) {
    for (const { tempPath } of files) await removeQuietly(tools.disk, tempPath);
    await removeFolder(folder);
    throw targetError(thrown, folder);
  }
}

/** Never throws. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    // Held by somebody: its name is one of ours, and it is swept at the next start.
  }
}

async function takeBack({ tempPath, finalPath }: Move, tools: BundleTools): Promise<boolean> {
  try {
    await renamePatiently(finalPath, tempPath, tools);
    return true;
  } catch {
    // COLD has it, or holds it: it is delivered.
    return false;
  }
}

/**
 * Rule `replace`, for folders: no system renames over a folder with files in it. What has the name is moved aside;
 * returns where to, to be removed once the new one is in its place.
 */
export async function makeWay(moves: readonly Move[], tools: BundleTools): Promise<string[]> {
  const aside: string[] = [];
  for (const { finalPath, tempPath, isFolder } of moves) {
    if (isFolder !== true || !(await isThere(tempPath, tools.disk))) continue;
    if (!(await isThere(finalPath, tools.disk))) continue;
    const path = tools.tempPath();
    try {
      await renamePatiently(finalPath, path, tools);
      aside.push(path);
    } catch {
      // Then the rename that follows says what stands in the way.
    }
  }
  return aside;
}

async function isThere(path: string, disk: DiskCalls): Promise<boolean> {
  try {
    await disk.lstat(path);
    return true;
  } catch {
    // Gone, or away: publish tells the two apart.
    return false;
  }
}

/** A temporary of ours, file or folder. Throws the error of the system. */
export async function removeTemporary(path: string, disk: DiskCalls): Promise<void> {
  const stats = await disk.lstat(path);
  if (stats.isDirectory()) await rm(path, { recursive: true });
  else await disk.unlink(path);
}
