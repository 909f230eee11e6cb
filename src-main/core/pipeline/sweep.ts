// At the start of the program: removes temporary files of our own that a crash left in the COLD jobs' folders, but
// for those a delivery still under way refers to.
import { dirname } from 'node:path';
import type { Job } from '#contract/model/cold-job';
import { toAppError } from '../errors.ts';
import type { Destination } from '../destinations/destination.ts';
import type { Logger } from '../ports.ts';
import type { Store } from '../store/store.ts';

export async function sweepTemporaries(context: {
  readonly store: Store;
  readonly openDestination: (job: Job) => Destination;
  readonly logger: Logger;
}): Promise<void> {
  const keep = new Set<string>();
  for (const row of context.store.ledger.delivering()) {
    // Of an envelope it is the folder that is built or renamed.
    keep.add(row.bundle === 'folder' ? dirname(row.temp_path) : row.temp_path);
    if (row.sidecar_temp !== null) keep.add(row.sidecar_temp);
  }
  const sweep = async (job: Job): Promise<void> => {
    try {
      const removed = await context.openDestination(job).sweep(keep);
      if (removed > 0) context.logger.log('info', 'sweep.removed', { job: job.id, removed });
    } catch (thrown) {
      // A share that is away is swept at the next start; its leftovers have names that COLD ignores.
      context.logger.log('warn', toAppError(thrown).code, { job: job.id });
    }
  };
  await Promise.all(context.store.jobs.list().map(sweep));
}
