import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStager } from '#core/files/staged-writer';
import { seededBytes } from '../../helpers/seeded-bytes.ts';
import { tempDir } from '../../helpers/temp-dir.ts';
import { tinyVolume } from '../../helpers/tiny-volume.ts';

it('a volume that fills up is reported as such, and is no fuller afterwards', async (context) => {
  const volume = join(await tempDir(), 'volume');
  if (tinyVolume(volume, '1m') === undefined) {
    context.skip('mounting a small volume needs root and a kernel that lets it');
    return;
  }
  const stager = createStager();
  await stager.write(join(volume, 'kept.part'), seededBytes(600_000));

  const large = stager.open(join(volume, 'large.part'));
  await large.sink.write(seededBytes(900_000));
  large.sink.end();
  const small = stager.write(join(volume, 'small.part'), seededBytes(500_000));
  const outcomes = await Promise.allSettled([large.staged, small]);

  const full = { status: 'rejected', reason: { kind: 'transient', code: 'disk.full' } };
  expect(outcomes).toMatchObject([full, full]);
  expect(await readdir(volume)).toEqual(['kept.part']);
  expect((await readFile(join(volume, 'kept.part'))).equals(seededBytes(600_000))).toBe(true);
});
