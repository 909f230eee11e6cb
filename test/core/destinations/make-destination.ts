// A folder destination on a real folder, and its job, for the tests beside it.
import { Job } from '#contract/model/cold-job';
import { createFolderDestination } from '#core/destinations/folder/folder-destination';
import { createNameDesk, type NameDesk } from '#core/destinations/folder/name-desk';
import type { DiskCalls } from '#core/files/disk-calls';
import { nodeDisk } from '#core/files/disk-calls';
import { createInstance, type Instance } from '#core/files/temp-name';
import { fakeClock, type FakeClock } from '../../helpers/fake-clock.ts';
import { memoryLogger } from '../../helpers/memory-logger.ts';

export function makeJob(path: string, given: Partial<Job> = {}): Job {
  const base = {
    id: 'job',
    number: 87,
    name: 'cold facturesfournisseurs',
    destination: { kind: 'folder', path },
    backPressure: { minFreeBytes: 0 },
    createdAt: '2026-01-05T08:00:00.000Z',
    changedAt: '2026-01-05T08:00:00.000Z',
  };
  return Job.parse({ ...base, ...given });
}

export function makeDestination(
  path: string,
  given: Partial<Job> = {},
  parts: {
    readonly disk?: DiskCalls;
    readonly clock?: FakeClock;
    readonly names?: NameDesk;
    readonly instance?: Instance;
  } = {},
) {
  const clock = parts.clock ?? fakeClock();
  const steps: string[] = [];
  const logger = memoryLogger();
  const names = parts.names ?? createNameDesk(clock);
  const destination = createFolderDestination({
    job: makeJob(path, given),
    instance: parts.instance ?? createInstance('test'),
    names,
    disk: parts.disk ?? nodeDisk,
    clock,
    logger,
    checkpoint: (step) => steps.push(step),
  });
  return { destination, names, clock, steps, logger };
}

/** What comes of `work`. On Windows time passes meanwhile: it tries again for five seconds what other systems refuse at once. */
export async function inTime<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  if (process.platform !== 'win32') return await work;
  let isOver = false;
  const over = (): void => void (isOver = true);
  work.then(over, over);
  while (!isOver) await clock.advance(1_000);
  return await work;
}
