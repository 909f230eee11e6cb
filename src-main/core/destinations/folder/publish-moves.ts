// Gives staged documents their final names in the input of a COLD job: the one step by which a document appears.
//
// Why a rename, and not a link and an unlink, which would never overwrite: killed between the two, with COLD having
// eaten the new name at once, the temporary file would still be there, and recovery would deliver a second time. The
// rename is one step: temporary there = not delivered, gone = delivered. The price is the moment between the look
// whether the name is free and the rename; names of this process are apart in any case (name-desk), so only a stranger
// who writes the very same name within that moment (tens of microseconds on a local disk) could be overwritten.
import { basename, dirname } from 'node:path';
import { type AppError, CancelledError, toAppError, TransientError } from '../../errors.ts';
import type { DiskCalls } from '../../files/disk-calls.ts';
import { systemCode, targetError } from '../../files/files-errors.ts';
import { flushFolder } from '../../files/flush-folder.ts';
import { createLanes } from '../../files/lanes.ts';
import { type Patience, renamePatiently } from '../../files/rename-patiently.ts';
import type { DiskThreads } from '../../files/threads/disk-threads.ts';
import { expectFree } from '../../files/threads/run-job.ts';
import type { Checkpoint, Clock } from '../../ports.ts';
import type { Move, PublishOutcome } from '../destination.ts';

export type PublishTools = {
  readonly disk: DiskCalls;
  readonly clock: Clock;
  readonly checkpoint: Checkpoint;
  readonly patience: Patience;
  /** Rule `replace`: what has the name already gives way. */
  readonly mayReplace: boolean;
  /** See NameDesk. */
  readonly unpublished: Set<string>;
  /** Make the renames, while they run, where the folder is on a local disk. */
  readonly threads: DiskThreads | undefined;
  readonly signal: AbortSignal;
};

/** One rename alone costs two wake-ups of a thread; several at once share them (four times faster, measured). */
const WIDTH = 8;

/**
 * Begins in the given order, then flushes each folder once. Throws where it cannot be known whether a rename took place
 * or will last (a share that fell silent, a flush that failed): the same moves are asked for again then, as after a crash.
 */
export async function publishMoves(
  moves: readonly Move[],
  tools: PublishTools,
): Promise<PublishOutcome[]> {
  const { threads } = tools;
  const isServed = moves.every(({ finalPath }) => threads?.serves(dirname(finalPath)));
  const settled =
    isServed && threads !== undefined
      ? await publishTogether(moves, tools, threads)
      : await publishEach(moves, tools);
  const published = moves.filter((_, index) => isOk(settled[index]));
  for (const folder of new Set(published.map(({ finalPath }) => dirname(finalPath)))) {
    await flush(folder, tools);
  }
  return settled.map((one) => {
    if (one.status === 'rejected') throw toAppError(one.reason);
    return one.value;
  });
}

type Settled = PromiseSettledResult<PublishOutcome>;

function publishEach(moves: readonly Move[], tools: PublishTools): Promise<Settled[]> {
  const lanes = createLanes(WIDTH, () => undefined);
  return Promise.allSettled(moves.map((move) => lanes.run(() => publishOne(move, tools))));
}

/** By the disk threads, all at once; those that fail are looked at one by one. */
async function publishTogether(
  moves: readonly Move[],
  tools: PublishTools,
  threads: DiskThreads,
): Promise<Settled[]> {
  const { signal, mayReplace, patience } = tools;
  if (signal.aborted) return publishEach(moves, tools);
  const renames = moves.map(({ tempPath, finalPath }) => ({ from: tempPath, to: finalPath }));
  const errors = await threads.renameAll(renames, mayReplace, (index) => {
    const move = moves[index];
    if (move !== undefined) renamed(move, tools);
  });
  return Promise.allSettled(
    moves.map(async (move, index): Promise<PublishOutcome> => {
      const thrown = errors[index];
      if (thrown === undefined) return { ok: true };
      // Somebody holds it for a moment: a thread does not wait for that.
      const isHeld = patience.codes.has(systemCode(thrown));
      return isHeld ? publishOne(move, tools) : settle(move, thrown, tools);
    }),
  );
}

async function publishOne(move: Move, tools: PublishTools): Promise<PublishOutcome> {
  const { disk, mayReplace, signal } = tools;
  const { tempPath, finalPath } = move;
  if (signal.aborted) return failed(new CancelledError());
  try {
    if (!mayReplace) await expectFree(disk, finalPath);
    await renamePatiently(tempPath, finalPath, tools);
  } catch (thrown) {
    return settle(move, thrown, tools);
  }
  renamed(move, tools);
  return { ok: true };
}

function renamed({ tempPath }: Move, { unpublished, checkpoint }: PublishTools): void {
  unpublished.delete(basename(tempPath));
  checkpoint('file.renamed');
}

/** What a failed rename means, from where the temporary file is now. Throws where nobody can tell. */
async function settle(
  { tempPath, finalPath }: Move,
  thrown: unknown,
  { disk, unpublished }: PublishTools,
): Promise<PublishOutcome> {
  const error = targetError(thrown, finalPath);
  if (error.kind === 'cancelled') return failed(error);
  // A share that fell silent may have carried it out before: from now on, gone means renamed.
  const name = basename(tempPath);
  if (!NOT_RENAMED.has(systemCode(thrown) || error.code)) unpublished.delete(name);
  const temp = await lookAt(disk, tempPath);
  if (temp === 'there') return failed(error);
  // A folder that is away has no files either: only a folder that is there can tell that one is gone.
  const folder = await lookAt(disk, dirname(tempPath));
  if (temp === 'unknown' || folder !== 'there') throw error;
  // It was never renamed, and yet gone: a virus scanner has it, or somebody tidied up. It is fetched again. The name is
  // kept: a failure beside it may cut this very publishing, and recovery asks once more.
  return unpublished.has(name)
    ? failed(new TransientError('file.vanished', { path: finalPath }))
    : { ok: true };
}

/** Refusals that mean for certain that no rename took place. */
const NOT_RENAMED = new Set(['ENOENT', 'EPERM', 'EACCES', 'EBUSY', 'name.taken']);

async function flush(folder: string, { disk, checkpoint }: PublishTools): Promise<void> {
  try {
    await flushFolder(folder, disk);
  } catch (thrown) {
    throw targetError(thrown, folder);
  }
  checkpoint('folder.flushed');
}

function isOk(settled: PromiseSettledResult<PublishOutcome> | undefined): boolean {
  return settled?.status === 'fulfilled' && settled.value.ok;
}

const failed = (error: AppError): PublishOutcome => ({ ok: false, error });

/** `unknown`: away, or refused. */
export async function lookAt(disk: DiskCalls, path: string): Promise<'there' | 'gone' | 'unknown'> {
  try {
    await disk.lstat(path);
    return 'there';
  } catch (thrown) {
    return systemCode(thrown) === 'ENOENT' ? 'gone' : 'unknown';
  }
}
