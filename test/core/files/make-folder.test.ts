import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '#core/files/make-folder';
import { useTempDir } from '../../helpers/temp-dir.ts';

const root = useTempDir();

describe('makeFolder', () => {
  it('makes all that is missing and names the first', async () => {
    const path = join(root(), 'a', 'b', 'c');
    await expect(makeFolder(path)).resolves.toBe(join(root(), 'a'));
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('names nothing where all was there', async () => {
    mkdirSync(join(root(), 'a'));
    await expect(makeFolder(join(root(), 'a'))).resolves.toBeUndefined();
  });

  it('is asked for the same folder many times at once', async () => {
    const path = join(root(), 'a', 'b');
    await Promise.all(Array.from({ length: 20 }, () => makeFolder(path)));
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('refuses where a file has the name', async () => {
    writeFileSync(join(root(), 'a'), '');
    await expect(makeFolder(join(root(), 'a'))).rejects.toMatchObject({ code: 'EEXIST' });
    // Windows tells a file in the way like a missing folder.
    const code = process.platform === 'win32' ? 'EEXIST' : 'ENOTDIR';
    await expect(makeFolder(join(root(), 'a', 'b'))).rejects.toMatchObject({ code });
  });

  // The file system that answers ENOENT under a folder that is there.
  it.runIf(process.platform === 'linux')('ends where nothing can be made', async () => {
    await expect(makeFolder('/proc/lanceur/a/b')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
