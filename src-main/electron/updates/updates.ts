// Looks for a newer version a few times a day, fetches it, and puts it in only when no launcher is at work: on a person's
// word after the runs under way have ended, or when that person quits. A run is never interrupted.
import { background } from '../../core/background.ts';
import { toAppError } from '../../core/errors.ts';
import type { Clock, Logger } from '../../core/ports.ts';
import type { Life } from '../life.ts';
import type { Updater } from './load-updater.ts';
import type { UpdatePolicy } from './update-policy.ts';

const FIRST_LOOK_MS = 60_000;
const LOOK_MS = 6 * 3_600_000;

export interface Updates {
  /** The version that is ready to be put in. */
  readonly ready: () => string | null;
  /** Waits for the runs under way, then puts it in and starts the new program. */
  readonly install: () => Promise<void>;
  /** Puts it in while the program leaves, without starting it again; false: there is nothing to put in. */
  readonly installAtQuit: () => boolean;
  /** The user's or the administrator's word has changed. */
  readonly follow: (policy: UpdatePolicy) => void;
}

export function createUpdates(parts: {
  readonly loadUpdater: () => Promise<Updater>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly life: Pick<Life, 'finishThen'>;
  readonly signal: AbortSignal;
  readonly onReady: (version: string) => void;
  /** Everything is stopped, and the installer could not be started. `restart`: the program was to come back. */
  readonly onInstallFailed: (restart: boolean) => void;
}): Updates {
  const { clock, life, signal } = parts;
  const logger = parts.logger.child('update');
  let ready: string | null = null;
  let updater: Promise<Updater> | undefined;
  let putIn: ((restart: boolean) => void) | undefined;
  let looking: AbortController | undefined;
  /** Set once the program leaves for the installer. */
  let isLeaving: { readonly restart: boolean } | undefined;

  const prepare = async (): Promise<Updater> => {
    const loaded = await parts.loadUpdater();
    loaded.logger = null;
    loaded.autoDownload = true;
    // Only after the runs have ended is the installer started, by `install` or by nobody.
    loaded.autoInstallOnAppQuit = false;
    loaded.on('update-downloaded', ({ version }) => {
      ready = version;
      putIn = (restart) => {
        isLeaving = { restart };
        loaded.quitAndInstall(true, restart);
      };
      logger.log('info', 'update.ready', { version });
      parts.onReady(version);
    });
    loaded.on('error', (error) => {
      logger.log('warn', 'update.failed', { message: error.message });
      if (isLeaving !== undefined) parts.onInstallFailed(isLeaving.restart);
    });
    return loaded;
  };
  const look = async (until: AbortSignal): Promise<void> => {
    await clock.sleep(FIRST_LOOK_MS, until);
    while (!until.aborted && ready === null) {
      try {
        await (await (updater ??= prepare())).checkForUpdates();
      } catch (thrown) {
        // No network, no such place, a signature that is not ours: said in the log, tried again later.
        logger.log('warn', 'update.failed', { message: toAppError(thrown).message });
      }
      await clock.sleep(LOOK_MS, until);
    }
  };

  return {
    ready: () => ready,
    install: async () => {
      const install = putIn;
      if (install === undefined) return;
      await life.finishThen(() => {
        install(true);
      });
    },
    installAtQuit: () => {
      putIn?.(false);
      return putIn !== undefined;
    },
    follow: (policy) => {
      if (policy === 'on' && looking === undefined) {
        looking = new AbortController();
        background(look(AbortSignal.any([signal, looking.signal])), logger);
      } else if (policy !== 'on') {
        looking?.abort();
        looking = undefined;
        logger.log('info', 'update.off', { policy });
      }
    },
  };
}
