// How full the input folder of a COLD job is: documents that wait in it, and room on its volume.
import { opendir, stat, statfs } from 'node:fs/promises';
import type { Job } from '#contract/model/cold-job';
import { type AppError, ConfigError, toErrorBody, TransientError } from '../../errors.ts';
import type { Capacity } from '../destination.ts';
import { sidecarName } from '../sidecar.ts';
import { MAX_PATH_UNITS, MIN_NAME_UNITS } from './candidate-names.ts';

/** Unmapped system errors are thrown; a limit that is reached is an answer. */
export async function measureFolder(job: Job, countsFolders = false): Promise<Capacity> {
  const { path } = job.destination;
  const { maxWaitingFiles, minFreeBytes } = job.backPressure;
  await expectFolder(path);
  const freeBytes = await freeBytesOf(path);
  if (freeBytes !== null && freeBytes < minFreeBytes) {
    return closed(new TransientError('disk.low', { path, freeBytes, minFreeBytes }));
  }
  const roomBytes = freeBytes === null ? null : freeBytes - minFreeBytes;
  if (maxWaitingFiles === 0) return { accepting: true, roomFiles: null, roomBytes };
  const waiting = await countWaiting(job, maxWaitingFiles, countsFolders);
  if (waiting >= maxWaitingFiles) {
    return closed(new TransientError('job.full', { job: job.name, path, maxWaitingFiles }));
  }
  return { accepting: true, roomFiles: maxWaitingFiles - waiting, roomBytes };
}

/** Throws ConfigError where the configured path can never do. */
export async function expectFolder(path: string): Promise<void> {
  if (!(await stat(path)).isDirectory()) throw configError('target.notFolder', path);
  if (MAX_PATH_UNITS - path.length - 1 < MIN_NAME_UNITS) {
    throw configError('target.pathTooLong', path);
  }
}

/** Null where the system cannot tell (some shares): no reason to stop. */
export async function freeBytesOf(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    // Whether the folder is there was asked before; this is a convenience that some network drives lack.
    return null;
  }
}

/**
 * Documents in the folder, counted up to `limit`; what lies beyond makes no difference and may be a million.
 * Sub-folders (but for a job that gets envelopes: there each is one), hidden files (temporaries of any launcher among them)
 * and the sidecars of documents that are there do not count.
 */
export async function countWaiting(
  job: Job,
  limit: number,
  countsFolders = false,
): Promise<number> {
  const { sidecar } = job;
  const names = new Set<string>();
  const countDocuments = (): number => {
    if (sidecar === 'none') return names.size;
    let sidecars = 0;
    for (const name of names) if (names.has(sidecarName(name, sidecar))) sidecars += 1;
    return names.size - sidecars;
  };
  // At most every second name is a sidecar: twice the limit is enough to be sure.
  const enough = sidecar === 'none' ? limit : 2 * limit;
  for await (const entry of await opendir(job.destination.path, { bufferSize: 512 })) {
    if ((entry.isDirectory() && !countsFolders) || IGNORED.test(entry.name)) continue;
    names.add(entry.name);
    if (names.size >= enough) break;
  }
  return Math.min(limit, countDocuments());
}

/** What systems leave in folders that somebody looked into. */
const IGNORED = /^\.|^thumbs\.db$|^desktop\.ini$/iu;

const closed = (error: AppError): Capacity => ({ accepting: false, reason: toErrorBody(error) });

function configError(code: string, path: string): ConfigError {
  return new ConfigError(code, { path, maxUnits: MAX_PATH_UNITS }, { field: 'destination.path' });
}
