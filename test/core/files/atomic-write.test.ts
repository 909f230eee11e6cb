import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { atomicWrite } from '#core/files/atomic-write';
import { createInstance } from '#core/files/temp-name';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const instance = createInstance('test');

describe('atomicWrite', () => {
  it('makes a file', async () => {
    await atomicWrite(join(dir(), 'a.json'), '{"é":1}', { instance });

    expect(await readFile(join(dir(), 'a.json'), 'utf8')).toBe('{"é":1}');
    expect(await readdir(dir())).toEqual(['a.json']);
  });

  it('replaces a file whole', async () => {
    await writeFile(join(dir(), 'a.json'), 'a much longer text than the new one');

    await atomicWrite(join(dir(), 'a.json'), Buffer.from('new'), { instance });

    expect(await readFile(join(dir(), 'a.json'), 'utf8')).toBe('new');
  });

  it.skipIf(process.platform === 'win32')('gives a key to its owner only', async () => {
    await atomicWrite(join(dir(), 'key'), 'secret', { instance, mode: 0o600 });

    expect((await stat(join(dir(), 'key'))).mode & 0o777).toBe(0o600);
  });

  it('leaves the old content and no temporary file when it cannot replace', async () => {
    await mkdir(join(dir(), 'folder'));
    await writeFile(join(dir(), 'folder', 'inside'), 'kept');

    const written = atomicWrite(join(dir(), 'folder'), 'x', { instance });

    await expect(written).rejects.toMatchObject({ code: 'name.taken' });
    expect(await readdir(dir())).toEqual(['folder']);
    expect(await readFile(join(dir(), 'folder', 'inside'), 'utf8')).toBe('kept');
  });

  it('says that the folder is missing', async () => {
    await expect(atomicWrite(join(dir(), 'no', 'a'), 'x', { instance })).rejects.toMatchObject({
      code: 'target.away',
    });
  });
});
