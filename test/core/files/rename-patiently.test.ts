import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { patienceOf, renamePatiently, unlinkPatiently } from '#core/files/rename-patiently';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { breakingDisk, systemError } from './breaking-disk.ts';

const dir = useTempDir();

function refusing(times: number, code: string) {
  let attempts = 0;
  const attempt = (really: () => Promise<void>): Promise<void> => {
    attempts += 1;
    return attempts <= times ? Promise.reject(systemError(code)) : really();
  };
  const disk = breakingDisk((real) => ({
    rename: (from, to) => attempt(() => real.rename(from, to)),
    unlink: (path) => attempt(() => real.unlink(path)),
  }));
  return { disk, attempts: () => attempts };
}

async function setUp(times: number, code: string, platform: NodeJS.Platform = 'win32') {
  const [from, to] = [join(dir(), 'a'), join(dir(), 'b')];
  await writeFile(from, 'x');
  const { disk, attempts } = refusing(times, code);
  const clock = fakeClock();
  const stop = new AbortController();
  const tools = { disk, clock, patience: patienceOf(platform), signal: stop.signal };
  return { from, to, tools, attempts, clock, stop };
}

describe('a rename that Windows refuses', () => {
  it.each(['EPERM', 'EACCES', 'EBUSY'])('for a moment (%s) is done in the end', async (code) => {
    const { from, to, tools, clock } = await setUp(4, code);

    const renamed = renamePatiently(from, to, tools);
    await clock.advance(1000);
    await renamed;

    expect(await readdir(dir())).toEqual(['b']);
  });

  it('for ever is given up after five seconds, with what the system said', async () => {
    const { from, to, tools, clock, attempts } = await setUp(Infinity, 'EPERM');
    const outcome = renamePatiently(from, to, tools).then(
      () => 'done',
      (error: unknown) => error,
    );

    await clock.advance(4900);
    expect(clock.sleepers()).toBe(1);
    await clock.advance(200);

    expect(await outcome).toMatchObject({ code: 'EPERM' });
    expect(attempts()).toBe(10);
  });

  it('is not tried again when somebody wants to stop', async () => {
    const { from, to, tools, stop } = await setUp(Infinity, 'EBUSY');

    const renamed = renamePatiently(from, to, tools);
    stop.abort();

    await expect(renamed).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it.each([
    ['ENOENT', 'win32'],
    ['EXDEV', 'win32'],
    ['EPERM', 'linux'],
    ['EACCES', 'linux'],
  ] as const)('for good (%s on %s) is given up at once', async (code, platform) => {
    const { from, to, tools, attempts } = await setUp(Infinity, code, platform);

    await expect(renamePatiently(from, to, tools)).rejects.toMatchObject({ code });
    expect(attempts()).toBe(1);
  });
});

describe('an unlink that Windows refuses', () => {
  it('for a moment is done in the end', async () => {
    const { from, tools, clock } = await setUp(2, 'EBUSY');

    const removed = unlinkPatiently(from, tools);
    await clock.advance(100);
    await removed;

    expect(await readdir(dir())).toEqual([]);
  });
});
