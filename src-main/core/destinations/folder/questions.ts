// Questions to a folder that may never answer (a share whose server is gone keeps a thread for minutes). The asker
// waits a limited time; until the late answer comes, nobody else asks that folder, so that one dead share never
// takes all threads of the program.
import { TransientError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';

export interface Questions {
  /** Throws what the question throws; TransientError `target.away` when it is late; CancelledError. */
  ask<T>(folder: string, question: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Longer than a share takes to wake up, shorter than Windows needs to give up. */
const LIMIT_MS = 20_000;

export function createQuestions(clock: Clock): Questions {
  const late = new Map<string, number>();
  return {
    async ask(folder, question, signal) {
      if (late.has(folder)) throw away(folder);
      const answered = new AbortController();
      const answer = question();
      const limit = async (): Promise<never> => {
        await clock.sleep(LIMIT_MS, AbortSignal.any([signal, answered.signal]));
        late.set(folder, (late.get(folder) ?? 0) + 1);
        const done = (): void => {
          const left = (late.get(folder) ?? 1) - 1;
          if (left === 0) late.delete(folder);
          else late.set(folder, left);
        };
        // Whatever it says in the end, it answers again.
        answer.then(done, done);
        throw away(folder);
      };
      try {
        return await Promise.race([answer, limit()]);
      } finally {
        answered.abort();
      }
    },
  };
}

const away = (path: string): TransientError => new TransientError('target.away', { path });
