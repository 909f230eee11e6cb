// The surroundings of a program that works by itself, with the real clock: nobody is told, secrets stay as they are.
import { createSystemClock } from '../../src-main/core/clock.ts';
import type { Ports } from '../../src-main/core/ports.ts';
import { plainSecretBox } from '../crash/plain-secret-box.ts';
import { memoryLogger } from './memory-logger.ts';

export const quietPorts = (dataDir: string): Ports => ({
  clock: createSystemClock(),
  logger: memoryLogger(),
  secretBox: plainSecretBox(),
  paths: { dataDir, logDir: dataDir },
  notifier: { notify: () => undefined },
  openUrl: { open: () => Promise.resolve() },
  checkpoint: () => undefined,
});
