// How much each COLD job may still get before its back-pressure closes it, counted down while a run plans.
import type { ErrorBody } from '#contract/error-codes';
import type { JobId } from '#contract/ids';
import type { Destination } from '../destinations/destination.ts';

export interface Room {
  /** Takes the place for one document; the reason why not, where the job is closed. */
  take(jobId: JobId, sizeBytes: number): ErrorBody | undefined;
  /** Looks at the destinations again: before each batch. */
  measure(signal: AbortSignal): Promise<void>;
}

type Left =
  { files: number; bytes: number; readonly full: ErrorBody } | { readonly closed: ErrorBody };

export function createRoom(destinations: ReadonlyMap<JobId, Destination>): Room {
  const left = new Map<JobId, Left>();
  return {
    async measure(signal) {
      for (const [jobId, destination] of destinations) {
        left.set(jobId, await measureOne(destination, signal));
      }
    },
    take(jobId, sizeBytes) {
      const room = left.get(jobId);
      if (room === undefined) return undefined;
      if ('closed' in room) return room.closed;
      if (room.files < 1 || room.bytes < sizeBytes) return room.full;
      room.files -= 1;
      room.bytes -= sizeBytes;
      return undefined;
    },
  };
}

async function measureOne(destination: Destination, signal: AbortSignal): Promise<Left> {
  const capacity = await destination.capacity(signal);
  if (!capacity.accepting) return { closed: capacity.reason };
  const params = { job: destination.job.name };
  return {
    files: capacity.roomFiles ?? Number.POSITIVE_INFINITY,
    bytes: capacity.roomBytes ?? Number.POSITIVE_INFINITY,
    full: { kind: 'transient', code: 'job.full', params },
  };
}
