// Bytes in, a flushed and verified temporary file out: the work that decides how fast documents are delivered.
// Small documents wait whole in memory and are written many at a time; large ones stream in blocks; files on disk
// are linked, cloned or copied. Memory stays flat: buffers are reused, and sources are held back by promises.
import { hash } from 'node:crypto';
import { dirname } from 'node:path';
import type { StagedFile, Stager } from '../pipeline/stager.ts';
import type { LocalFile } from '../sources/source.ts';
import { createBlockPool } from './block-pool.ts';
import { type DiskCalls, nodeDisk } from './disk-calls.ts';
import { createLanes } from './lanes.ts';
import { openPart, type SmallTools } from './part-sink.ts';
import { createPressure } from './pressure.ts';
import { takeFile } from './take-file.ts';
import { removeQuietly, withNewFile } from './temp-file.ts';
import type { DiskThreads } from './threads/disk-threads.ts';
import { SMALL_BYTES } from './threads/thread-jobs.ts';
import { untilAborted } from './until-aborted.ts';
import { writeVerified } from './verified-write.ts';

export type StagerOptions = {
  readonly disk: DiskCalls;
  /** Small documents written at once; as many as the thread pool has threads (the shells ask for 16). */
  readonly smallWidth: number;
  /** Large documents copied or read again at once; more would only make one disk seek. */
  readonly largeWidth: number;
  /** Up to this size a document is kept whole in memory. */
  readonly smallBytes: number;
  /** Small documents that wait for their write: beyond this the sources wait. */
  readonly pendingBytes: number;
  /** Do the same for small documents on local disks, while they run. */
  readonly threads?: DiskThreads;
};

const DEFAULTS: StagerOptions = {
  disk: nodeDisk,
  smallWidth: 16,
  largeWidth: 3,
  smallBytes: SMALL_BYTES,
  pendingBytes: 8 * 1024 * 1024,
};

const SCRATCH_BYTES = 64 * 1024;
/** 4 MB: what a mailbox of usual attachments has under way. */
const KEPT_BLOCKS = 32;

export interface FileStager extends Stager {
  /** The promise rejects as soon as the signal aborts; what was written is removed behind it. */
  take(file: LocalFile, tempPath: string, signal?: AbortSignal): Promise<StagedFile>;
}

/** One for the whole program: all runs share its threads and its memory. */
export function createStager(overrides: Partial<StagerOptions> = {}): FileStager {
  const options = { ...DEFAULTS, ...overrides };
  const { disk, smallBytes, threads } = options;
  const small = createLanes<SmallTools>(options.smallWidth, () => ({
    document: Buffer.allocUnsafeSlow(smallBytes),
    scratch: Buffer.allocUnsafeSlow(SCRATCH_BYTES),
  }));
  const large = createLanes<undefined>(options.largeWidth, () => undefined);
  const pressure = createPressure(options.pendingBytes);
  const refused = { cloneRefused: new Set<string>(), linkRefused: new Set<string>() };
  const shared = { disk, documentMode: 0o666 & ~process.umask(), ...refused };
  const nothing = Buffer.alloc(0);

  const blocks = createBlockPool(KEPT_BLOCKS);
  const parts = { disk, small, large, smallBytes, pressure, threads, blocks };

  return {
    makeReady: (documents, folders) => threads?.makeReady(documents, folders) ?? Promise.resolve(),
    open: (tempPath) => openPart(tempPath, parts),
    take(file, tempPath, signal = new AbortController().signal) {
      if (file.sizeBytes <= smallBytes && file.isLocal === true && isServed(threads, tempPath)) {
        // Takes a moment only, and waits for no other machine: nobody need be able to leave it behind.
        return threads.take(file, tempPath, signal);
      }
      const taken =
        file.sizeBytes <= smallBytes
          ? small.run((tools) => takeFile(file, tempPath, { ...shared, ...tools, signal }))
          : large.run(() => {
              const tools = { document: nothing, scratch: nothing };
              return takeFile(file, tempPath, { ...shared, ...tools, signal });
            });
      return untilAborted(taken, signal);
    },
    write: (tempPath, content) => {
      if (content.length <= smallBytes && isServed(threads, tempPath)) {
        return threads.write(tempPath, [content]);
      }
      return small.run(async ({ scratch }) => {
        await withNewFile(disk, tempPath, (fd) => writeVerified(disk, fd, content, scratch));
        return { sizeBytes: content.length, sha256: hash('sha256', content, 'hex') };
      });
    },
    discard: (tempPath) => removeQuietly(disk, tempPath),
  };
}

const isServed = (threads: DiskThreads | undefined, tempPath: string): threads is DiskThreads =>
  threads?.serves(dirname(tempPath)) === true;
