import { describe, expect, it } from 'vitest';
import { createLocalAccess } from '#core/sources/folder/local-access';
import { openFlags } from '#core/sources/folder/open-flags';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { useTempDir } from '../../../helpers/temp-dir.ts';
import { put } from './folder-fixture.ts';

const dir = useTempDir();
const access = (signal: AbortSignal, platform: NodeJS.Platform = process.platform) =>
  createLocalAccess({ clock: fakeClock(), platform, signal });
const manyNames = Array.from({ length: 10_000 }, () => 'a.txt');

describe('local access', () => {
  it('lets others have their turn while it looks at very many files', async () => {
    put(dir(), 'a.txt');
    let hadTurn = false;
    const done = access(AbortSignal.timeout(60_000)).looks(`${dir()}/`, manyNames);
    setImmediate(() => {
      hadTurn = true;
    });

    expect(await done).toHaveLength(10_000);
    expect(hadTurn).toBe(true);
  });

  it('stops in the midst of very many files when asked to', async () => {
    put(dir(), 'a.txt');
    const stop = new AbortController();
    const looking = access(stop.signal).looks(`${dir()}/`, manyNames);
    stop.abort();

    await expect(looking).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

// Linux tells the size of a folder, and small ones are read in one call.
describe.each(['linux', 'win32'] as const)('local access to a folder on %s', (platform) => {
  it('reads it in steps, every entry once', async () => {
    for (let i = 0; i < 200; i += 1) put(dir(), `${i}.txt`);
    const reader = await access(AbortSignal.timeout(60_000), platform).openFolder(dir());
    const steps: string[][] = [];
    for (;;) {
      const entries = await reader.next();
      if (entries.length === 0) break;
      steps.push(entries.map((entry) => entry.name));
    }
    await reader.close();

    expect(steps.map((names) => names.length)).toEqual([64, 64, 64, 8]);
    expect(new Set(steps.flat()).size).toBe(200);
  });

  it('throws what the system says of one that is missing', async () => {
    const missing = access(AbortSignal.timeout(60_000), platform).openFolder(`${dir()}/missing`);

    await expect(missing).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('openFlags', () => {
  it('asks Windows for a file that nobody else holds, for reading only where writing is denied', () => {
    expect(openFlags('win32')).toEqual([0x1000_0002, 0x1000_0000]);
  });
});
