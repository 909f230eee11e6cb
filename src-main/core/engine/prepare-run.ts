// Gathers what one run needs: source, destinations, settle plan, revision. The preview and the check use the same.
import { join } from 'node:path';
import type { JobId, RunId } from '#contract/ids';
import type { Job } from '#contract/model/cold-job';
import type { Launcher } from '#contract/model/launcher';
import type { RunCause } from '#contract/model/run';
import type { OpenCredentials } from '../accounts/credentials.ts';
import type { Destination } from '../destinations/destination.ts';
import type { DiskThreads } from '../files/threads/disk-threads.ts';
import type { FilterEngine } from '../filter/filter-engine.ts';
import type { KnownItemsCache } from '../ledger/known-items.ts';
import { createMailDesk } from '../mail/opener/mail-desk.ts';
import { revisionOf } from '../pipeline/revision.ts';
import { createRoom, type RoomBook } from '../pipeline/room.ts';
import type { RunContext } from '../pipeline/run-context.ts';
import type { Stager } from '../pipeline/stager.ts';
import type { Tally } from '../pipeline/tally.ts';
import type { Ports } from '../ports.ts';
import type { Forwarding } from '../router/forward.ts';
import type { LoadSourceType } from '../sources/registry.ts';
import type { Source } from '../sources/source.ts';
import type { Store } from '../store/store.ts';

export type PrepareParts = {
  readonly ports: Ports;
  readonly store: Store;
  readonly filter: FilterEngine;
  readonly stager: Stager;
  readonly threads: DiskThreads;
  readonly known: KnownItemsCache;
  readonly loadSourceType: LoadSourceType;
  readonly credentials: OpenCredentials;
  readonly openDestination: (job: Job) => Destination;
  readonly rooms: RoomBook;
  readonly forwarding?: Forwarding;
};

export type PrepareOptions = {
  readonly launcher: Launcher;
  readonly cause: RunCause;
  /** One look only, though a quiet time is set. */
  readonly once: boolean;
  readonly runId: () => RunId;
  readonly tally: Tally;
  readonly signal: AbortSignal;
};

export type PreparedRun = { readonly context: RunContext; readonly source: Source };
export type PrepareRun = (options: PrepareOptions) => Promise<PreparedRun>;

export function createPrepareRun(parts: PrepareParts): PrepareRun {
  const { ports, store } = parts;
  const mailDesk = createMailDesk(ports.paths.dataDir);
  return async ({ launcher, cause, once, runId, tally, signal }) => {
    const type = await parts.loadSourceType(launcher.source.protocol);
    const jobs = new Map<JobId, Job>();
    const destinations = new Map<JobId, Destination>();
    for (const { jobId } of launcher.affiliations) {
      const job = store.jobs.get(jobId);
      if (job === undefined || jobs.has(jobId)) continue;
      jobs.set(jobId, job);
      destinations.set(jobId, parts.openDestination(job));
    }
    const revision = revisionOf(launcher);
    const logger = ports.logger.child(launcher.source.protocol);
    const source = type.open({
      launcher,
      credentials: parts.credentials,
      mailDesk,
      spoolDir: join(ports.paths.dataDir, 'spool', 'envelopes'),
      clock: ports.clock,
      logger,
      checkpoint: ports.checkpoint,
      threads: parts.threads,
    });
    const context: RunContext = {
      launcher,
      cause,
      once,
      revision,
      store,
      known: parts.known.of(launcher.id, revision),
      filter: parts.filter,
      stager: parts.stager,
      destinations,
      destination: (id) => {
        const job = store.jobs.get(id);
        return job === undefined ? undefined : parts.openDestination(job);
      },
      room: createRoom(destinations, parts.rooms),
      ...(parts.forwarding === undefined ? {} : { forwarding: parts.forwarding }),
      jobs,
      settlePlan: (as) => type.settlePlan(launcher.source, as),
      tally,
      clock: ports.clock,
      logger,
      checkpoint: ports.checkpoint,
      runId,
      signal,
    };
    return { context, source };
  };
}
