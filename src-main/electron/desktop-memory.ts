// What the desktop remembers between two starts and nobody configures: where the window was, what was explained once. A
// small file of its own, so that it works while the data folder's database does not. A damaged file is as none.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { toAppError } from '../core/errors.ts';
import type { Logger } from '../core/ports.ts';
import { Bounds } from './window-bounds.ts';

const Remembered = z.object({
  bounds: Bounds.optional(),
  maximized: z.boolean().default(false),
  /** That closing the window leaves the program in the tray was said. */
  trayExplained: z.boolean().default(false),
});
export type Remembered = z.infer<typeof Remembered>;

export interface DesktopMemory {
  readonly get: () => Remembered;
  /** Lost if it cannot be written: nothing depends on it. */
  readonly set: (change: Partial<Remembered>) => void;
}

export function openDesktopMemory(file: string, logger: Logger): DesktopMemory {
  let now = read(file);
  return {
    get: () => now,
    set: (change) => {
      now = { ...now, ...change };
      try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(`${file}.new`, JSON.stringify(now));
        renameSync(`${file}.new`, file);
      } catch (thrown) {
        logger.log('warn', 'memory.notWritten', { message: toAppError(thrown).message });
      }
    },
  };
}

function read(file: string): Remembered {
  try {
    return Remembered.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // None yet, or damaged: the usual place and size do.
    return Remembered.parse({});
  }
}
