// What the self-test finds on this machine's disk.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryDisk } from '../../../src-main/headless/self-test/try-machine.ts';
import { tempDir } from '../../helpers/temp-dir.ts';
import { tinyVolume } from '../../helpers/tiny-volume.ts';

describe('the disk of the data folder', () => {
  it('that is full is said to be full, and no fault of the program', async (context) => {
    const data = join(await tempDir(), 'data');
    const volume = tinyVolume(data, '1m');
    if (volume === undefined) {
      context.skip('mounting a small volume needs root and a kernel that lets it');
      return;
    }
    await mkdir(join(data, 'self-test'));
    volume.fill();

    await expect(tryDisk(join(data, 'self-test'), data)).rejects.toMatchObject({
      kind: 'transient',
      code: 'disk.full',
      params: { path: data },
    });
  });
});
