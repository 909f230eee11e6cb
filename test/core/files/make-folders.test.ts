import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolders } from '#core/files/make-folders';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

it('makes a folder with all above it, and tells the topmost that it made', async () => {
  await expect(makeFolders(join(dir(), 'a/b/c'))).resolves.toBe(join(dir(), 'a'));
  expect(statSync(join(dir(), 'a/b/c')).isDirectory()).toBe(true);
});

it('leaves what is there, and says that it made nothing', async () => {
  await expect(makeFolders(dir())).resolves.toBeUndefined();
  await expect(makeFolders('/')).resolves.toBeUndefined();
});

it.runIf(process.platform !== 'win32')('is for its owner alone where that is asked', async () => {
  await makeFolders(join(dir(), 'own/deep'), { mode: 0o700 });
  expect(statSync(join(dir(), 'own')).mode & 0o777).toBe(0o700);
});

it('refuses a file in its place, and one on the way', async () => {
  writeFileSync(join(dir(), 'file'), '');
  await expect(makeFolders(join(dir(), 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  // Windows tells a file in the way like a missing folder.
  const code = process.platform === 'win32' ? 'EEXIST' : 'ENOTDIR';
  await expect(makeFolders(join(dir(), 'file/below'))).rejects.toMatchObject({ code });
});

it.runIf(existsSync('/proc/self'))(
  'gives up where nothing can be made though its parent is there',
  async () => {
    await expect(makeFolders('/proc/lanceur/data')).rejects.toMatchObject({ code: 'ENOENT' });
  },
);
