// Envelopes in the input folder of a COLD job: built file by file under a temporary name, complete and flushed before
// anybody knows of it, so that one rename shows the whole. And the way back for sets of files that lie side by side.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskCalls } from '../../files/disk-calls.ts';
import { targetError } from '../../files/files-errors.ts';
import { flushFolder } from '../../files/flush-folder.ts';
import { type PatientTools, renamePatiently } from '../../files/rename-patiently.ts';
import { quietly, removeQuietly } from '../../files/temp-file.ts';
import type { Checkpoint } from '../../ports.ts';
import type { Bundles, Move, PublishOutcome, StagedName } from '../destination.ts';
import { lookAt } from './publish-moves.ts';

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
async function removeFolder(folder: string): Promise<void> {
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

/** What gives way to a move, and where it is meanwhile. */
type Aside = { readonly move: Move; readonly path: string };

/**
 * Rule `replace`, for folders: no system renames over a folder with files in it. What has the name is moved aside, and is
 * removed once the new one is in its place, or put back where that did not come to be. Throws what `publish` throws.
 */
export async function replacing(
  moves: readonly Move[],
  tools: BundleTools,
  publish: () => Promise<readonly PublishOutcome[]>,
): Promise<readonly PublishOutcome[]> {
  const aside = await makeWay(moves, tools);
  let outcomes: readonly PublishOutcome[] | undefined;
  try {
    outcomes = await publish();
    return outcomes;
  } finally {
    for (const old of aside) await replaced(old, outcomes?.[moves.indexOf(old.move)], tools);
  }
}

async function makeWay(moves: readonly Move[], tools: BundleTools): Promise<Aside[]> {
  const aside: Aside[] = [];
  for (const move of moves) {
    const { finalPath, tempPath, isFolder } = move;
    if (isFolder !== true || (await lookAt(tools.disk, tempPath)) !== 'there') continue;
    if ((await lookAt(tools.disk, finalPath)) !== 'there') continue;
    const path = tools.tempPath();
    try {
      await renamePatiently(finalPath, path, tools);
      aside.push({ move, path });
    } catch {
      // Then the rename that follows says what stands in the way.
    }
  }
  return aside;
}

/** `outcome`: undefined where nobody can tell but by what lies there. Never throws. */
async function replaced(
  { move, path }: Aside,
  outcome: PublishOutcome | undefined,
  tools: BundleTools,
): Promise<void> {
  const isDone = outcome?.ok ?? (await lookAt(tools.disk, move.tempPath)) === 'gone';
  if (isDone) await removeFolder(path);
  // Its name taken meanwhile, or out of reach: under its temporary name it is swept at the next start.
  else await quietly(renamePatiently(path, move.finalPath, tools));
}

/** A temporary of ours, file or folder. Throws the error of the system. */
export async function removeTemporary(path: string, disk: DiskCalls): Promise<void> {
  const stats = await disk.lstat(path);
  if (stats.isDirectory()) await rm(path, { recursive: true });
  else await disk.unlink(path);
}
