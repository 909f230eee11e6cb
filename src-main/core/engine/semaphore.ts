// Lets so many through at once; the others wait in line, and leave it when their signal aborts.
import { CancelledError, throwIfAborted } from '../errors.ts';

export interface Semaphore {
  /** Resolves with the function that gives the place back. */
  enter(signal: AbortSignal): Promise<() => void>;
}

export function createSemaphore(places: number): Semaphore {
  let free = places;
  const line: (() => void)[] = [];
  const leave = (): void => {
    const next = line.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async enter(signal) {
      throwIfAborted(signal);
      if (free > 0) {
        free -= 1;
        return leave;
      }
      await new Promise<void>((resolve, reject) => {
        const come = (): void => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        };
        const giveUp = (): void => {
          line.splice(line.indexOf(come), 1);
          reject(new CancelledError());
        };
        line.push(come);
        signal.addEventListener('abort', giveUp, { once: true });
      });
      return leave;
    },
  };
}
