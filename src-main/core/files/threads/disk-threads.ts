// A thread for the small steps of delivery on local disks: staging small documents, renames, deletions. It runs only while
// many documents pass, for it costs 12 MB; everywhere else, and whenever it cannot, the promised calls do the same work.
// Never for shares: a dead one would hold it for minutes, and with it all other launchers.
import fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CancelledError, TransientError } from '../../errors.ts';
import type { Clock, Logger } from '../../ports.ts';
import type { LocalFile } from '../../sources/source.ts';
import { nodeDisk } from '../disk-calls.ts';
import type { Digest } from '../read-blocks.ts';
import { isRemote } from '../remote-volume.ts';
import type { SeenFile } from '../seen-file.ts';
import { quietly, removeQuietly } from '../temp-file.ts';
import { createErrands } from './errands.ts';
import { createFolderFacts } from './folder-facts.ts';
import { keepHeapSmall } from './small-heap.ts';
import { createThreadLink, type Thread, type ThreadLink } from './thread-link.ts';

export interface DiskThreads {
  /** So many documents are about to come into these folders: the threads start where that pays. Never rejects. */
  makeReady(documents: number, folders: readonly string[]): Promise<void>;
  /** Whether work in this folder may go to the threads now. Cheap; never waits. */
  serves(folder: string): boolean;
  /** As `takeFile`, for a file of at most SMALL_BYTES; gives it up when the signal aborts. */
  take(file: LocalFile, tempPath: string, signal: AbortSignal): Promise<Digest>;
  /** Writes the bytes (at most SMALL_BYTES) to a new file: flushed, verified. */
  write(tempPath: string, bytes: readonly Buffer[]): Promise<Digest>;
  /**
   * For each move undefined, or why not: TransientError `name.taken`, or the system's error unmapped. `renamed` is told each as
   * soon as it is known. Never rejects.
   */
  renameAll(
    moves: readonly { readonly from: string; readonly to: string }[],
    mayReplace: boolean,
    renamed: (index: number) => void,
  ): Promise<readonly unknown[]>;
  /** As `renameAll`; TransientError `file.changed` for what is no longer what was seen. */
  unlinkAll(
    files: readonly SeenFile[],
    unlinked: (index: number) => void,
  ): Promise<readonly unknown[]>;
  /** Ends the threads after what is under way. */
  close(): Promise<void>;
}

export type DiskThreadsOptions = {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Documents that make a start worth its 50 ms and 12 MB per thread. */
  readonly worthDocuments: number;
  /** Jobs that go to a thread together. */
  readonly batchJobs: number;
  readonly width: number;
  readonly startThread: () => Thread;
};

export const THREAD_DEFAULTS = {
  worthDocuments: 48,
  batchJobs: 16,
  width: 1,
  startThread,
};

/** Room for several small documents. */
const SLAB_BYTES = 512 * 1024;
const IDLE_MS = 5000;
/** A start takes a twentieth of it; later, documents go the other way until it has. */
const READY_MS = 1000;

export function createDiskThreads(options: DiskThreadsOptions): DiskThreads {
  const { clock, logger } = options;
  const facts = createFolderFacts(clock, (folder) => isRemote(folder, fs, process.platform));
  let links: ThreadLink[] = [];
  let online = 0;
  let isOnline = Promise.withResolvers<void>();
  let isBroken = false;
  let answered = 0;
  let life = new AbortController();

  const start = (): void => {
    keepHeapSmall(true);
    online = 0;
    isOnline = Promise.withResolvers();
    life = new AbortController();
    links = Array.from({ length: options.width }, () =>
      createThreadLink(options.startThread(), SLAB_BYTES, {
        onOnline: () => {
          online += 1;
          if (online === options.width) isOnline.resolve();
        },
        onAnswered: (jobs) => {
          answered += jobs;
          dispatch();
        },
        onDead: (reason) => {
          if (links.length === 0) return;
          isBroken = true;
          logger.log('warn', 'diskThreads.ended', { message: String(reason) });
          void stop();
        },
      }),
    );
    void stopWhenIdle(life.signal);
  };

  const stop = async (): Promise<void> => {
    const ending = links;
    links = [];
    life.abort();
    const lost = new TransientError('system.exhausted');
    await Promise.all(ending.map((link) => link.end(lost)));
    if (links.length === 0) keepHeapSmall(false);
    errands.rejectAll(lost);
  };

  const stopWhenIdle = async (signal: AbortSignal): Promise<void> => {
    try {
      for (let before = -1; before !== answered || links.some((link) => link.isBusy());) {
        before = answered;
        await clock.sleep(IDLE_MS, signal);
      }
      await stop();
    } catch {
      // Stopped otherwise.
    }
  };

  const dispatch = (): void => {
    for (const link of links) {
      while (!errands.isEmpty()) {
        const slabBytes = link.slabBytes();
        if (slabBytes === undefined) break;
        const batch = errands.next(options.batchJobs, slabBytes);
        if (batch.length > 0) link.send(batch);
      }
    }
  };

  const errands = createErrands(dispatch);
  const staged = async (tempPath: string, work: Promise<Digest | null>): Promise<Digest> => {
    try {
      const digest = await work;
      if (digest !== null) return digest;
      throw new TransientError('system.exhausted');
    } catch (thrown) {
      // The thread removes what it made, but for one that died.
      if (isBroken) await removeQuietly(nodeDisk, tempPath);
      throw thrown;
    }
  };

  return {
    async makeReady(documents, folders) {
      if (documents < options.worthDocuments || isBroken) return;
      if (links.length === 0) start();
      // As `serves` will ask: the folder as it stands in a path.
      const learned = folders.map((folder) => facts.learn(dirname(join(folder, '.part'))));
      const limit = new AbortController();
      const late = clock.sleep(READY_MS, AbortSignal.any([limit.signal, life.signal]));
      await Promise.race([Promise.all([isOnline.promise, ...learned]), quietly(late)]);
      limit.abort();
    },
    serves: (folder) => links.length > 0 && online === links.length && facts.isLocal(folder),
    async take(file, tempPath, signal) {
      const digest = await staged(
        tempPath,
        errands.add({ kind: 'take', file, tempPath }, { signal }),
      );
      if (!signal.aborted) return digest;
      await removeQuietly(nodeDisk, tempPath);
      throw new CancelledError();
    },
    write(tempPath, bytes) {
      const sizeBytes = bytes.reduce((sum, chunk) => sum + chunk.length, 0);
      const job = { kind: 'write', tempPath, offset: 0, sizeBytes } as const;
      return staged(tempPath, errands.add(job, { bytes }));
    },
    renameAll: (moves, mayReplace, renamed) =>
      errands.addAll(
        moves.map(({ from, to }) => ({ kind: 'rename', from, to, mayReplace })),
        renamed,
      ),
    unlinkAll: (files, unlinked) =>
      errands.addAll(
        files.map((file) => ({ kind: 'unlink', file })),
        unlinked,
      ),
    async close() {
      errands.rejectAll(new CancelledError());
      await Promise.all(links.map((link) => link.drained()));
      await stop();
    },
  };
}

/** Beside this file, built and unbuilt. */
const PROGRAM = import.meta.url.endsWith('.ts') ? './disk-thread.ts' : './disk-thread.js';

function startThread(): Thread {
  return new Worker(new URL(PROGRAM, import.meta.url), {
    env: {},
    execArgv: [],
    name: 'disk',
    trackUnmanagedFds: false,
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 },
  });
}
