// A copy of the database once a day while the program runs, so that a damaged file costs at most a day. Copied page
// by page between other work: no run waits for it. A copy that fails is logged and tried again an hour later.
import type { Clock, Logger } from '../ports.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const RETRY_MS = 60 * 60 * 1000;
/** A start has better things to do, and a program that is only looked into needs no copy. */
const SETTLE_MS = 60 * 1000;

/** A task starts the program at about the same hour every day. */
const NEARLY_A_DAY_MS = 20 * 60 * 60 * 1000;

export type DailyBackup = {
  /** Ends a copy that is under way; nothing of it is left. */
  readonly stop: () => Promise<void>;
};

export type DailyBackupOptions = {
  readonly clock: Clock;
  readonly logger: Logger;
  /** When the newest copy was made; null when there is none. */
  readonly newestAt: () => Date | null;
  readonly backUp: (signal: AbortSignal) => Promise<void>;
};

/** For a program that is started for each run, and stays no longer. `since`: of its first run; null = it has done nothing yet. */
export function isBackupDue(
  { clock, newestAt }: Pick<DailyBackupOptions, 'clock' | 'newestAt'>,
  since: Date | null,
): boolean {
  const last = newestAt() ?? since;
  if (last === null) return false;
  const ageMs = clock.now().getTime() - last.getTime();
  return ageMs < 0 || ageMs > NEARLY_A_DAY_MS;
}

export function startDailyBackup(options: DailyBackupOptions): DailyBackup {
  const { clock, logger, newestAt, backUp } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async (): Promise<void> => {
    let waitMs = SETTLE_MS;
    for (;;) {
      await clock.sleep(Math.max(waitMs, untilDue()), signal);
      try {
        await backUp(signal);
        waitMs = SETTLE_MS;
      } catch (thrown) {
        if (signal.aborted) return;
        logger.log('warn', 'store.backupFailed', { reason: String(thrown) });
        waitMs = RETRY_MS;
      }
    }
  };
  const untilDue = (): number => {
    const newest = newestAt();
    const ageMs = newest === null ? DAY_MS : clock.now().getTime() - newest.getTime();
    // Made under a clock that has been set back since: how old it is cannot be told.
    return ageMs < 0 ? 0 : DAY_MS - ageMs;
  };
  const done = loop().catch((thrown: unknown) => {
    if (!signal.aborted) logger.log('error', 'store.backupFailed', { reason: String(thrown) });
  });
  return {
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}
