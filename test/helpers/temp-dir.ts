// Temporary folders that are gone when the test is over, whatever it left inside.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';

/** A fresh empty folder, removed when the running test ends. Only inside a test. */
export async function tempDir(): Promise<string> {
  const dir = await makeTempDir();
  onTestFinished(() => removeTempDir(dir));
  return dir;
}

/** At the top of a file or describe: every test gets its own fresh folder, named by the returned function. */
export function useTempDir(): () => string {
  let dir: string | undefined;
  beforeEach(async () => {
    dir = await makeTempDir();
  });
  afterEach(async () => {
    if (dir !== undefined) await removeTempDir(dir);
    dir = undefined;
  });
  return () => {
    if (dir === undefined) throw new Error('useTempDir: no test is running');
    return dir;
  };
}

/** For beforeAll and for servers, which call removeTempDir themselves. */
export async function makeTempDir(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), 'cold-test-')));
}

export async function removeTempDir(dir: string): Promise<void> {
  // On Windows a file stays busy for a moment after its handle was closed. The tries of `rm` itself multiply with each level
  // below: over one file that a test left open they last for hours.
  await eventually(() => rm(dir, { recursive: true, force: true }).then(() => true), {
    ...{ withinMs: 10_000, everyMs: 50 },
  });
}
