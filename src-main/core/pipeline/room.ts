// How much each COLD job may still get before its back-pressure closes it, counted down while a run plans. Runs that
// fill the same job at the same time share one book, so that two of them together do not overshoot either.
import type { ErrorBody } from '#contract/error-codes';
import type { JobId } from '#contract/ids';
import type { Job } from '#contract/model/cold-job';
import type { Destination } from '../destinations/destination.ts';

export interface Room {
  /** Takes the place for one document; the reason why not, where the job is closed. */
  take(jobId: JobId, sizeBytes: number): ErrorBody | undefined;
  /** Why none of the jobs takes anything; undefined where one does. */
  closed(): ErrorBody | undefined;
  /** Looks at the destinations again: before each batch, when what was taken before lies in them. */
  measure(signal: AbortSignal): Promise<void>;
  /** Nothing more comes from this run. */
  release(): void;
}

/** What all runs of the program have taken, by input folder: two jobs may share one. */
export interface RoomBook {
  of(folder: string): JobBook;
}

type Amount = { readonly files: number; readonly bytes: number };

type JobBook = {
  /** Since the program started; only grows. */
  total: Amount;
  /** Taken, and perhaps not in the COLD job yet. */
  underWay: Amount;
};

type Measured =
  { readonly closed: ErrorBody } | { readonly room: Amount; readonly totalBefore: Amount };

const nothing: Amount = { files: 0, bytes: 0 };

export function createRoomBook(): RoomBook {
  const books = new Map<string, JobBook>();
  return {
    of(folder) {
      const found = books.get(folder) ?? { total: nothing, underWay: nothing };
      books.set(folder, found);
      return found;
    },
  };
}

export function createRoom(
  destinations: ReadonlyMap<JobId, Destination>,
  book: RoomBook = createRoomBook(),
): Room {
  const measured = new Map<JobId, Measured>();
  const own = new Map<JobId, Amount>();

  const arrived = (jobId: JobId, { job }: Destination): JobBook => {
    const shared = book.of(job.destination.path);
    shared.underWay = minus(shared.underWay, own.get(jobId) ?? nothing);
    own.delete(jobId);
    return shared;
  };

  return {
    async measure(signal) {
      for (const [jobId, destination] of destinations) {
        const { total, underWay } = arrived(jobId, destination);
        // What others take from here on may or may not be seen by this look: it is counted as not seen.
        measured.set(jobId, await measureOne(destination, { total, underWay }, signal));
      }
    },
    take(jobId, sizeBytes) {
      const found = measured.get(jobId);
      const destination = destinations.get(jobId);
      if (found === undefined || destination === undefined) return undefined;
      if ('closed' in found) return found.closed;
      const shared = book.of(destination.job.destination.path);
      const left = minus(found.room, minus(shared.total, found.totalBefore));
      const one = { files: 1, bytes: sizeBytes };
      if (left.files < 1) return full(destination.job);
      if (left.bytes < sizeBytes) return low(destination.job, left.bytes, sizeBytes);
      shared.total = plus(shared.total, one);
      shared.underWay = plus(shared.underWay, one);
      own.set(jobId, plus(own.get(jobId) ?? nothing, one));
      return undefined;
    },
    closed() {
      const closed = [...destinations.keys()].map((jobId) => {
        const found = measured.get(jobId);
        return found !== undefined && 'closed' in found ? found.closed : undefined;
      });
      return closed.every((reason) => reason !== undefined) ? closed[0] : undefined;
    },
    release() {
      for (const [jobId, destination] of destinations) arrived(jobId, destination);
    },
  };
}

const full = ({ name, destination: { path }, backPressure: { maxWaitingFiles } }: Job): ErrorBody =>
  reason('job.full', { job: name, path, maxWaitingFiles });

function low(job: Job, roomBytes: number, neededBytes: number): ErrorBody {
  const { path } = job.destination;
  const { minFreeBytes } = job.backPressure;
  const freeBytes = roomBytes + minFreeBytes;
  return reason('disk.noRoom', { path, freeBytes, minFreeBytes, neededBytes });
}

const reason = (code: string, params: ErrorBody['params']): ErrorBody => ({
  kind: 'transient',
  code,
  params,
});

async function measureOne(
  destination: Destination,
  before: JobBook,
  signal: AbortSignal,
): Promise<Measured> {
  const capacity = await destination.capacity(signal);
  if (!capacity.accepting) return { closed: capacity.reason };
  const limit = {
    files: capacity.roomFiles ?? Number.POSITIVE_INFINITY,
    bytes: capacity.roomBytes ?? Number.POSITIVE_INFINITY,
  };
  return { room: minus(limit, before.underWay), totalBefore: before.total };
}

const plus = (a: Amount, b: Amount): Amount => ({
  files: a.files + b.files,
  bytes: a.bytes + b.bytes,
});

const minus = (a: Amount, b: Amount): Amount => ({
  files: a.files - b.files,
  bytes: a.bytes - b.bytes,
});
