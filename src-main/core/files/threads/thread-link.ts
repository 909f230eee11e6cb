// One disk thread as seen from outside: batches go in, answers come out, and two batches are under way at most, so that
// the thread finds the next when it has ended one. Its memory is two slabs, whatever passes through.
import type { ThreadBatch, ThreadJob, ThreadReply } from './thread-jobs.ts';
import { fromFault } from './thread-jobs.ts';
import type { Digest } from '../read-blocks.ts';

/** What a link needs of a `worker_threads` Worker. */
export type Thread = {
  postMessage(batch: ThreadBatch): void;
  on(event: 'message', listener: (reply: ThreadReply) => void): unknown;
  on(event: 'online', listener: () => void): unknown;
  on(event: 'error' | 'exit', listener: (reason: unknown) => void): unknown;
  ref(): void;
  unref(): void;
  terminate(): Promise<unknown>;
};

/** A job that waits for its turn or its answer. */
export type Errand = {
  readonly job: ThreadJob;
  /** Of a `write` job. */
  readonly bytes: readonly Buffer[];
  readonly signal: AbortSignal | undefined;
  readonly resolve: (digest: Digest | null) => void;
  readonly reject: (error: Error) => void;
};

export interface ThreadLink {
  /** Room for another batch, and how many bytes of documents it may hold; undefined = busy. */
  slabBytes(): number | undefined;
  send(errands: readonly Errand[]): void;
  isBusy(): boolean;
  /** Resolves once nothing is under way. */
  drained(): Promise<void>;
  /** Ends the thread; what is under way is rejected with `reason`. */
  end(reason: Error): Promise<void>;
}

export type LinkEvents = {
  readonly onOnline: () => void;
  readonly onAnswered: (jobs: number) => void;
  /** It died, or never started. What was under way is rejected by `end`. */
  readonly onDead: (reason: unknown) => void;
};

const SLABS = 2;

export function createThreadLink(
  thread: Thread,
  slabBytes: number,
  events: LinkEvents,
): ThreadLink {
  const slabs = Array.from({ length: SLABS }, () => new SharedArrayBuffer(slabBytes));
  const underWay = new Map<number, { errands: readonly Errand[]; slab: SharedArrayBuffer }>();
  let count = 0;
  let drained: PromiseWithResolvers<void> | undefined;
  thread.on('online', events.onOnline);
  thread.on('error', events.onDead);
  thread.on('exit', events.onDead);
  thread.on('message', ({ id, answers }) => {
    const batch = underWay.get(id);
    if (batch === undefined) return;
    underWay.delete(id);
    slabs.push(batch.slab);
    if (underWay.size === 0) {
      thread.unref();
      drained?.resolve();
    }
    for (const [index, errand] of batch.errands.entries()) {
      const answer = answers[index];
      if (answer?.ok === true) errand.resolve(answer.digest);
      else errand.reject(answer === undefined ? new Error('no answer') : fromFault(answer.fault));
    }
    events.onAnswered(batch.errands.length);
  });
  // Idle, it keeps nobody from ending.
  thread.unref();

  return {
    slabBytes: () => (slabs.length === 0 ? undefined : slabBytes),
    send(errands) {
      const slab = slabs.pop();
      if (slab === undefined) throw new Error('the thread is busy');
      const id = (count += 1);
      underWay.set(id, { errands, slab });
      thread.ref();
      thread.postMessage({ id, jobs: lay(errands, slab), slab });
    },
    isBusy: () => underWay.size > 0,
    async drained() {
      if (underWay.size === 0) return;
      drained = Promise.withResolvers<void>();
      await drained.promise;
    },
    async end(reason) {
      await thread.terminate();
      for (const { errands } of underWay.values()) {
        for (const errand of errands) errand.reject(reason);
      }
      underWay.clear();
      drained?.resolve();
    },
  };
}

/** The documents side by side in the slab; their jobs say where. */
function lay(errands: readonly Errand[], slab: SharedArrayBuffer): ThreadJob[] {
  const room = new Uint8Array(slab);
  let filled = 0;
  return errands.map(({ job, bytes }) => {
    if (job.kind !== 'write') return job;
    const offset = filled;
    for (const chunk of bytes) {
      room.set(chunk, filled);
      filled += chunk.length;
    }
    return { ...job, offset };
  });
}
