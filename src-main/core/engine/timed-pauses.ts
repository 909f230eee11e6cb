// Pauses that end by themselves: their end is in the store and so outlives the program. The wall clock decides, and it
// is looked at again at least twice a minute, because it may be set, and a machine may sleep.
import { background } from '../background.ts';
import { ConfigError, toAppError } from '../errors.ts';
import type { Clock, Logger } from '../ports.ts';
import type { LauncherRepo } from '../store/launcher-repo.ts';

export interface TimedPauses {
  /** Throws ConfigError `pause.past` when `until` (UTC ISO) is not ahead. */
  pauseAll(until: string): void;
  /** Ends what is due now. */
  look(): void;
  /** Looks by itself from now on. */
  start(): void;
  stop(): void;
}

const LOOK_MS = 30_000;

export function createTimedPauses(parts: {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly launchers: Pick<LauncherRepo, 'pauseAllUntil' | 'resumeDue' | 'nextPauseEnd'>;
  readonly onResumed: () => void;
}): TimedPauses {
  const { clock, launchers } = parts;
  const logger = parts.logger.child('pause');
  let running: AbortController | undefined;
  let nap: AbortController | undefined;

  const look = (): void => {
    const count = launchers.resumeDue(clock.now().toISOString());
    if (count === 0) return;
    logger.log('info', 'pause.ended', { count });
    parts.onResumed();
  };
  const untilNextEnd = (): number => {
    const end = launchers.nextPauseEnd();
    const leftMs = end === null ? LOOK_MS : Date.parse(end) - clock.now().getTime();
    return Math.min(LOOK_MS, Math.max(0, leftMs));
  };
  const watch = async (signal: AbortSignal): Promise<void> => {
    let waitMs = untilNextEnd();
    while (!signal.aborted) {
      nap = new AbortController();
      // Woken early when somebody sets another end; the loop sees to the rest.
      await clock.sleep(waitMs, AbortSignal.any([signal, nap.signal])).catch(() => undefined);
      if (signal.aborted) return;
      try {
        look();
        waitMs = untilNextEnd();
      } catch (thrown) {
        // A full disk, say: what is due is looked at again.
        waitMs = LOOK_MS;
        const error = toAppError(thrown);
        logger.log('warn', error.code, { message: error.message });
      }
    }
  };

  return {
    look,
    pauseAll: (until) => {
      const at = new Date(until);
      if (at <= clock.now()) throw new ConfigError('pause.past', {}, { field: 'until' });
      launchers.pauseAllUntil(at.toISOString());
      nap?.abort();
    },
    start: () => {
      if (running !== undefined) return;
      running = new AbortController();
      background(watch(running.signal), logger);
    },
    stop: () => {
      running?.abort();
      running = undefined;
    },
  };
}
