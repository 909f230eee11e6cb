// Tells listeners that messages changed: at once, then at most a few times a second, and never without the last word.
import { background } from '../../background.ts';
import type { Emitter } from '../../emitter.ts';
import type { Clock, Logger } from '../../ports.ts';

const TELL_MS = 300;

export function createTeller(
  emitter: Emitter,
  clock: Clock,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): () => void {
  let isQuiet = true;
  let isWanted = false;
  const say = async (): Promise<void> => {
    do {
      isWanted = false;
      emitter.emit('outbox.changed', {});
      await clock.sleep(TELL_MS, signal);
    } while (isWanted);
  };
  return () => {
    isWanted = true;
    if (!isQuiet) return;
    isQuiet = false;
    background(
      say().finally(() => {
        isQuiet = true;
      }),
      logger,
    );
  };
}
