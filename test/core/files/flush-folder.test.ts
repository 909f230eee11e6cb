import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flushFolder } from '#core/files/flush-folder';
import { failing } from './breaking-disk.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

describe('flushFolder', () => {
  it('flushes where the platform can, and says so', async () => {
    await writeFile(join(dir(), 'a'), 'x');

    expect(await flushFolder(dir())).toBe(process.platform !== 'win32');
  });

  it.each(['EPERM', 'EISDIR', 'EACCES', 'EINVAL', 'ENOTSUP'])(
    'does not fail a delivery where the platform cannot (%s)',
    async (code) => {
      expect(await flushFolder(dir(), failing('sync', code))).toBe(false);
    },
  );

  it('throws when the disk fails', async () => {
    await expect(flushFolder(dir(), failing('sync', 'EIO'))).rejects.toMatchObject({ code: 'EIO' });
  });

  it('throws for a folder that is not there', async () => {
    await expect(flushFolder(join(dir(), 'no'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
