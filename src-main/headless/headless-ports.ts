// The core's surroundings when there is no desktop: system clock, log files, vault, and a terminal for notices.
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createSystemClock } from '../core/clock.ts';
import { ConfigError } from '../core/errors.ts';
import { makeFolders } from '../core/files/make-folders.ts';
import { createFileLogger, type FileLogger } from '../core/logging/file-logger.ts';
import type { Ports, SecretBox } from '../core/ports.ts';
import { fileFault } from './file-fault.ts';
import { createVault } from './vault/vault.ts';

export type HeadlessPorts = Ports & { readonly logger: FileLogger };

export type HeadlessPortsOptions = {
  readonly dataDir: string;
  /** Log everything, and on stderr too. */
  readonly verbose: boolean;
  readonly showLine: (line: string) => void;
  /** Instead of the vault: the desktop program's own keyring, when it runs as a command. */
  readonly secretBox?: SecretBox | undefined;
};

/** Makes the data folder, for its owner only, if it is not there. Throws ConfigError `data.unusable` {path, reason}. */
export async function createHeadlessPorts(options: HeadlessPortsOptions): Promise<HeadlessPorts> {
  const { dataDir, verbose, showLine } = options;
  const paths = { dataDir, logDir: join(dataDir, 'logs') };
  await makeUsable([dataDir, paths.logDir]);
  const clock = createSystemClock();
  const logger = createFileLogger({
    folder: paths.logDir,
    clock,
    ...(verbose ? { level: 'debug' as const, mirror: showLine } : {}),
  });
  return {
    clock,
    logger,
    secretBox: options.secretBox ?? createVault(dataDir),
    paths,
    // Nobody sits in front of it: what is worth a notice is in the log, the journal and the status.
    notifier: {
      notify: (code, params) => {
        logger.log('warn', code, params);
      },
    },
    openUrl: {
      open: (url) => {
        showLine(url);
        return Promise.resolve();
      },
    },
    checkpoint: () => undefined,
  };
}

async function makeUsable(folders: readonly string[]): Promise<void> {
  for (const path of folders) {
    try {
      await makeFolders(path, { mode: 0o700 });
      await access(path, constants.W_OK);
    } catch (cause) {
      throw new ConfigError('data.unusable', { path, reason: fileFault(cause) }, { cause });
    }
  }
}
