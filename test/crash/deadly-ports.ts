// The surroundings of a program that kills itself with SIGKILL at the checkpoint it was told, as a power cut would.
import type { Ports } from '../../src-main/core/ports.ts';
import { quietPorts } from '../helpers/quiet-ports.ts';

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
    ...quietPorts(dataDir),
    checkpoint: (step) => {
      passing?.(step);
      passed.push(step);
      if (passed.length === dieAt) process.kill(process.pid, 'SIGKILL');
    },
  };
  return { ports, passed };
}
