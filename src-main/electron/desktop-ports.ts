// The core's surroundings on a desktop: system clock, log files, the system's keyring, notifications, the system's browser.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createSystemClock } from '../core/clock.ts';
import { ConfigError, toAppError } from '../core/errors.ts';
import { createFileLogger, type FileLogger } from '../core/logging/file-logger.ts';
import type { Clock, Paths } from '../core/ports.ts';
import type { ElectronParts } from './electron-parts.ts';

export type Ground = {
  readonly clock: Clock;
  readonly logger: FileLogger;
  readonly paths: Paths;
};

/** What everything else stands on. Makes the folders; throws ConfigError `data.unusable`. */
export function prepareGround(dataDir: string, clock: Clock = createSystemClock()): Ground {
  const paths = { dataDir, logDir: join(dataDir, 'logs') };
  makeFolder(paths.logDir);
  return { clock, logger: createFileLogger({ folder: paths.logDir, clock }), paths };
}

/** For its owner alone; throws ConfigError `data.unusable`. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ConfigError('data.unusable', { path, reason: toAppError(cause).message }, { cause });
  }
}

/** Web pages only: the system's "open" would start programs too. */
export function createUrlOpener(shell: ElectronParts['shell']) {
  return {
    open: async (url: string): Promise<void> => {
      const isWeb = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
      if (!isWeb) throw new ConfigError('url.refused', {});
      await shell.openExternal(url);
    },
  };
}
