// Lets so many through at once; the others wait in line, and leave it when their signal aborts.
import { CancelledError, throwIfAborted } from '../errors.ts';

export interface Semaphore {
  /** Resolves with the function that gives the place back. */
  enter(signal: AbortSignal): Promise<() => void>;
  /** Who is in stays in; fewer come after. */
  readonly resize: (places: number) => void;
}

export function createSemaphore(places: number): Semaphore {
  /** Below zero while more are in than there are places now. */
  let free = places;
  let size = places;
  const line: (() => void)[] = [];
  const leave = (): void => {
    free += 1;
    letIn();
  };
  const letIn = (): void => {
    while (free > 0 && line.length > 0) {
      free -= 1;
      line.shift()?.();
    }
  };
  return {
    resize(wanted) {
      free += wanted - size;
      size = wanted;
      letIn();
    },
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
