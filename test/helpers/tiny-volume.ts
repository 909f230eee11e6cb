// A real file system of a few megabytes that a test can fill up and empty again.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export type TinyVolume = {
  /** Nothing more can be written to it. */
  readonly fill: () => void;
  readonly empty: () => void;
};

/** Mounted at `path`, which is made, until the test ends; undefined where this user may not mount one. */
export function tinyVolume(path: string, size: `${number}m`): TinyVolume | undefined {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', [path]);
  });
  const filler = join(path, '.filler');
  return {
    fill: () => {
      const fd = openSync(filler, 'a');
      try {
        for (const block = Buffer.alloc(4096); ;) writeSync(fd, block);
      } catch {
        // It is full.
      } finally {
        closeSync(fd);
      }
    },
    empty: () => {
      rmSync(filler, { force: true });
    },
  };
}
