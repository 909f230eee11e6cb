// The "test" button of a COLD job: named steps that do in the input folder what a delivery does, under temporary names
// only, so that COLD never sees a thing. Leaves nothing behind.
import { join } from 'node:path';
import type { ErrorParams } from '#contract/error-codes';
import type { CheckStep } from '#contract/model/check';
import type { Job } from '#contract/model/cold-job';
import { TransientError, toErrorBody } from '../../errors.ts';
import { targetError } from '../../files/files-errors.ts';
import { flushFolder } from '../../files/flush-folder.ts';
import { type PatientTools, renamePatiently } from '../../files/rename-patiently.ts';
import { removeQuietly, withNewFile } from '../../files/temp-file.ts';
import type { Instance } from '../../files/temp-name.ts';
import { writeVerified } from '../../files/verified-write.ts';
import { MAX_PATH_UNITS } from './candidate-names.ts';
import { countWaiting, expectFolder, freeBytesOf } from './measure-folder.ts';
import type { Questions } from './questions.ts';

export type CheckTools = PatientTools & {
  readonly instance: Instance;
  readonly questions: Questions;
};

/** What a step found; a warning is a code with its sentence. */
type Finding = { readonly params: ErrorParams; readonly warning?: string };

/** Counting further would only make the button slow. */
const COUNT_LIMIT = 10_000;
/** Names of scanners and senders are rarely longer; with less room they get cut. */
const COMFORTABLE_NAME_UNITS = 120;

export async function checkFolder(job: Job, tools: CheckTools): Promise<CheckStep[]> {
  const open = await step('target', job, tools, () => findFolder(job));
  // The other steps could only repeat what this one said.
  if (!open.ok) return [open];
  return [
    open,
    await step('write', job, tools, () => tryWrite(job, tools)),
    await step('space', job, tools, () => findSpace(job)),
    await step('waiting', job, tools, () => findWaiting(job)),
  ];
}

async function findFolder({ destination: { path } }: Job): Promise<Finding> {
  await expectFolder(path);
  const leftUnits = MAX_PATH_UNITS - path.length - 1;
  if (leftUnits >= COMFORTABLE_NAME_UNITS) return { params: { path } };
  return { params: { path, leftUnits }, warning: 'target.pathLong' };
}

async function tryWrite({ destination: { path } }: Job, tools: CheckTools): Promise<Finding> {
  const { disk, instance } = tools;
  const first = join(path, instance.tempName());
  const second = join(path, instance.tempName());
  try {
    const bytes = Buffer.from('lanceur');
    await withNewFile(disk, first, (fd) => writeVerified(disk, fd, bytes, Buffer.alloc(64)));
    await renamePatiently(first, second, tools);
    await flushFolder(path, disk);
    await disk.unlink(second);
    return { params: { path } };
  } finally {
    await removeQuietly(disk, first);
    await removeQuietly(disk, second);
  }
}

async function findSpace({ destination: { path }, backPressure }: Job): Promise<Finding> {
  const { minFreeBytes } = backPressure;
  const freeBytes = await freeBytesOf(path);
  if (freeBytes === null) return { params: { path }, warning: 'space.unknown' };
  if (freeBytes < minFreeBytes) {
    throw new TransientError('disk.low', { path, freeBytes, minFreeBytes });
  }
  return { params: { path, freeBytes } };
}

async function findWaiting(job: Job): Promise<Finding> {
  const { maxWaitingFiles } = job.backPressure;
  const waiting = await countWaiting(job, Math.max(COUNT_LIMIT, maxWaitingFiles));
  const params = { path: job.destination.path, waiting, maxWaitingFiles };
  const isFull = maxWaitingFiles > 0 && waiting >= maxWaitingFiles;
  return isFull ? { params, warning: 'job.full' } : { params };
}

async function step(
  name: string,
  job: Job,
  { clock, questions, signal }: CheckTools,
  find: () => Promise<Finding>,
): Promise<CheckStep> {
  const { path } = job.destination;
  const startedMs = clock.monotonicMs();
  const end = (rest: Omit<CheckStep, 'step' | 'durationMs'>): CheckStep => ({
    step: name,
    ...rest,
    durationMs: Math.round(clock.monotonicMs() - startedMs),
  });
  try {
    const { params, warning = null } = await questions.ask(path, find, signal);
    return end({ ok: true, warning, params: { ...params, job: job.name }, error: null });
  } catch (thrown) {
    const error = targetError(thrown, path);
    if (error.kind === 'cancelled') throw error;
    const params = { path, job: job.name };
    return end({ ok: false, warning: null, params, error: toErrorBody(error) });
  }
}
