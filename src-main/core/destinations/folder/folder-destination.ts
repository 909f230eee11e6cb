// A COLD job's input as a folder, local or UNC: documents are written under temporary names in it and appear, whole
// and flushed, in one rename.
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Job } from '#contract/model/cold-job';
import { toErrorBody } from '../../errors.ts';
import { type DiskCalls, nodeDisk } from '../../files/disk-calls.ts';
import { targetError } from '../../files/files-errors.ts';
import { patienceOf } from '../../files/rename-patiently.ts';
import { type Instance, isTempOf, isTempOfThisLife } from '../../files/temp-name.ts';
import type { DiskThreads } from '../../files/threads/disk-threads.ts';
import type { Checkpoint, Clock, Logger } from '../../ports.ts';
import type { Destination } from '../destination.ts';
import { checkFolder } from './check-folder.ts';
import { createBundles, removeTemporary, replacing } from './envelope-folder.ts';
import { measureFolder } from './measure-folder.ts';
import type { NameDesk } from './name-desk.ts';
import { publishMoves } from './publish-moves.ts';

export type FolderDestinationOptions = {
  readonly job: Job;
  readonly instance: Instance;
  /** One for the process, whatever jobs and launchers there are. */
  readonly names: NameDesk;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly checkpoint: Checkpoint;
  readonly disk?: DiskCalls;
  /** Whether envelopes come into it as folders; each counts as one document. */
  readonly holdsFolders?: () => boolean;
  readonly threads?: DiskThreads | undefined;
};

/** Names of temporaries that are kept in mind; the oldest are forgotten first (their files failed long ago). */
const REMEMBERED = 10_000;

export function createFolderDestination(options: FolderDestinationOptions): Destination {
  const { job, instance, names, clock, logger, checkpoint, threads, disk = nodeDisk } = options;
  const { path } = job.destination;
  const patience = patienceOf(process.platform);
  const { unpublished } = names;
  const tempPath = (): string => {
    const name = instance.tempName();
    unpublished.add(name);
    const [oldest] = unpublished;
    if (unpublished.size > REMEMBERED && oldest !== undefined) unpublished.delete(oldest);
    return join(path, name);
  };
  const signal = new AbortController().signal;
  const bundleTools = { disk, clock, patience, checkpoint, folder: path, tempPath, signal };

  return {
    job,
    tempPath,
    bundles: createBundles(bundleTools),
    check: (signal) =>
      checkFolder(job, {
        disk,
        clock,
        patience,
        instance,
        questions: names,
        signal,
      }),

    async capacity(signal) {
      try {
        return await names.ask(path, () => measureFolder(job, options.holdsFolders?.()), signal);
      } catch (thrown) {
        const error = targetError(thrown, path);
        if (error.kind === 'cancelled') throw error;
        return { accepting: false, reason: toErrorBody(error) };
      }
    },

    reserve: (wanted) =>
      names.reserve({
        folder: path,
        names: wanted,
        rule: job.collision,
        sidecar: job.sidecar,
      }),

    release: (finalPaths) => {
      names.release(finalPaths);
    },

    async publish(moves, signal) {
      const mayReplace = job.collision === 'replace';
      const tools = { disk, clock, checkpoint, patience, mayReplace, unpublished, threads, signal };
      const publish = () => publishMoves(moves, tools);
      return mayReplace ? replacing(moves, bundleTools, publish) : publish();
    },

    async sweep(keep) {
      const kept = new Set([...keep].map((one) => basename(one)));
      const isOld = (name: string): boolean =>
        isTempOf(name, instance) && !isTempOfThisLife(name, instance) && !kept.has(name);
      let removed = 0;
      try {
        for (const name of (await readdir(path)).filter(isOld)) {
          await removeTemporary(join(path, name), disk);
          removed += 1;
        }
      } catch (thrown) {
        // The folder is away, or something holds a file: they are swept at the next start.
        logger.log('warn', 'destination.sweepFailed', { code: targetError(thrown, path).code });
      }
      return removed;
    },
  };
}
