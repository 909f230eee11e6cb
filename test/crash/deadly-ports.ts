// The surroundings of a program that kills itself with SIGKILL at the checkpoint it was told, as a power cut would.
import { createSystemClock } from '../../src-main/core/clock.ts';
import type { Ports } from '../../src-main/core/ports.ts';
import { memoryLogger } from '../helpers/memory-logger.ts';
import { plainSecretBox } from './plain-secret-box.ts';

type Options = {
  readonly dataDir: string;
  /** 1 = at the first checkpoint; 0 = never. */
  readonly dieAt: number;
  /** Told each step before the program may die at it. */
  readonly passing?: (step: string) => void;
};

/** `passed`: every checkpoint so far, in order. */
export function deadlyPorts({ dataDir, dieAt, passing }: Options) {
  const passed: string[] = [];
  const ports: Ports = {
    clock: createSystemClock(),
    logger: memoryLogger(),
    secretBox: plainSecretBox(),
    paths: { dataDir, logDir: dataDir },
    notifier: { notify: () => undefined },
    openUrl: { open: () => Promise.resolve() },
    checkpoint: (step) => {
      passing?.(step);
      passed.push(step);
      if (passed.length === dieAt) process.kill(process.pid, 'SIGKILL');
    },
  };
  return { ports, passed };
}
