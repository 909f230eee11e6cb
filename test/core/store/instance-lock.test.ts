import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { acquireInstanceLock, readHolder } from '#core/store/instance-lock';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const root = join(import.meta.dirname, '../../..');

/** Another program that holds the folder until it is killed. */
async function otherProgram(): Promise<{ pid: number; kill: () => Promise<void> }> {
  // Windows' Node takes a path with a drive for an address of an unknown kind.
  const lock = pathToFileURL(join(root, 'src-main/core/store/instance-lock.ts')).href;
  const code = `
    import { acquireInstanceLock } from ${JSON.stringify(lock)};
    // Kept: a database that nobody holds on to is closed when garbage is collected, and its lock with it.
    globalThis.held = acquireInstanceLock(${JSON.stringify(dir())}, { now: () => new Date('2026-11-22T08:00:00Z') });
    console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { cwd: root });
  const ended = once(child, 'exit').then(([exit]) => {
    throw new Error(`the other program ended: ${exit}`);
  });
  await Promise.race([once(child.stdout, 'data'), ended]);
  return {
    pid: child.pid!,
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

describe('acquireInstanceLock', () => {
  it('tells a second program who holds the folder since when', async () => {
    const other = await otherProgram();
    try {
      expect(() => acquireInstanceLock(dir(), fakeClock())).toThrow(
        expect.objectContaining({
          code: 'store.inUse',
          params: { pid: other.pid, host: hostname(), since: '2026-11-22T08:00:00.000Z' },
        }),
      );
    } finally {
      await other.kill();
    }
  });

  it('leaves no stale lock behind a program that was killed', async () => {
    const other = await otherProgram();
    await other.kill();

    const lock = acquireInstanceLock(dir(), fakeClock());

    expect(readHolder(dir())?.pid).toBe(process.pid);
    lock.release();
  });

  it('announces where the holder answers, and forgets it when it lets go', () => {
    const lock = acquireInstanceLock(dir(), fakeClock());
    lock.announce('http://127.0.0.1:4711');

    expect(readHolder(dir())?.url).toBe('http://127.0.0.1:4711');

    lock.release();
    expect(readHolder(dir())).toBeUndefined();
  });
});
