// What waits for the disk thread: in the order it was asked for, but what ends a group (renames, deletions) before what begins one.
import { CancelledError } from '../../errors.ts';
import type { Digest } from '../read-blocks.ts';
import type { ThreadJob } from './thread-jobs.ts';
import type { Errand } from './thread-link.ts';

export interface Errands {
  readonly isEmpty: () => boolean;
  /** Document work; null where the job has no digest. */
  readonly add: (
    job: ThreadJob,
    given: { readonly bytes?: readonly Buffer[]; readonly signal?: AbortSignal },
  ) => Promise<Digest | null>;
  /** Short jobs, with one promise for all of them: for each undefined, or why not. Never rejects. */
  readonly addAll: (
    jobs: readonly ThreadJob[],
    done: (index: number) => void,
  ) => Promise<readonly unknown[]>;
  /** What goes to the thread together: at most so many, whose bytes fit into so many. */
  readonly next: (jobs: number, slabBytes: number) => Errand[];
  readonly rejectAll: (error: Error) => void;
}

/** `dispatch` is called once for all that is asked for in one turn. */
export function createErrands(dispatch: () => void): Errands {
  const urgent: Errand[] = [];
  const queue: Errand[] = [];
  let isDispatching = false;

  const dispatchSoon = (): void => {
    if (isDispatching) return;
    isDispatching = true;
    queueMicrotask(() => {
      isDispatching = false;
      dispatch();
    });
  };

  return {
    isEmpty: () => urgent.length + queue.length === 0,
    add: (job, { bytes = [], signal }) =>
      new Promise((resolve, reject) => {
        queue.push({ job, bytes, signal, resolve, reject });
        dispatchSoon();
      }),
    addAll: (jobs, done) =>
      new Promise((resolve) => {
        const errors: unknown[] = jobs.map(() => undefined);
        let left = jobs.length;
        if (left === 0) resolve(errors);
        const end = (): void => {
          left -= 1;
          if (left === 0) resolve(errors);
        };
        for (const [index, job] of jobs.entries()) {
          urgent.push({
            job,
            bytes: [],
            signal: undefined,
            resolve: () => {
              done(index);
              end();
            },
            reject: (thrown) => {
              errors[index] = thrown;
              end();
            },
          });
        }
        dispatchSoon();
      }),
    next(jobs, slabBytes) {
      const batch: Errand[] = [];
      let left = slabBytes;
      while (batch.length < jobs) {
        const from = urgent.length > 0 ? urgent : queue;
        const [errand] = from;
        if (errand === undefined) break;
        if (errand.job.kind === 'write') left -= errand.job.sizeBytes;
        if (left < 0) break;
        from.shift();
        if (errand.signal?.aborted === true) errand.reject(new CancelledError());
        else batch.push(errand);
      }
      return batch;
    },
    rejectAll: (error) => {
      for (const errand of [...urgent.splice(0), ...queue.splice(0)]) errand.reject(error);
    },
  };
}
