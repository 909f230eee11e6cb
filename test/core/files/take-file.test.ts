import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import {
  appendFile,
  chmod,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type DiskCalls, nodeDisk } from '#core/files/disk-calls';
import { createStager } from '#core/files/staged-writer';
import type { LocalFile } from '#core/sources/source';
import { seededBytes } from '../../helpers/seeded-bytes.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { breakingDisk, failing, systemError } from './breaking-disk.ts';

const dir = useTempDir();
const original = () => join(dir(), 'in', 'facture.pdf');
const temp = () => join(dir(), 'out', 'a.part');
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const EARLIER = new Date('2026-01-05T08:00:00Z');
const SMALL = 60_000;
const LARGE = 1_000_003;

beforeEach(async () => {
  await mkdir(join(dir(), 'in'));
  await mkdir(join(dir(), 'out'));
});

async function place(size: number): Promise<Buffer> {
  const bytes = seededBytes(size);
  await writeFile(original(), bytes);
  // A whole second: what takes its place can be given the very same time.
  await utimes(original(), EARLIER, EARLIER);
  return bytes;
}

function listed(mayLink = false): LocalFile {
  const { size, mtimeMs } = statSync(original());
  return { path: original(), sizeBytes: size, mtimeMs, mayLink };
}

const take = (file: LocalFile, disk: DiskCalls = nodeDisk, signal = new AbortController().signal) =>
  createStager({ disk }).take(file, temp(), signal);

describe('a file that is copied', () => {
  it.each([0, 1, SMALL, 256 * 1024, 256 * 1024 + 1, LARGE])(
    'of %d bytes arrives byte for byte, and the original stays as it was',
    async (size) => {
      const bytes = await place(size);
      const before = await stat(original());

      const staged = await take(listed());

      expect(staged).toEqual({ sizeBytes: size, sha256: sha256(bytes) });
      expect((await readFile(temp())).equals(bytes)).toBe(true);
      expect((await stat(temp())).ino).not.toBe(before.ino);
      expect((await stat(original())).mtimeMs).toBe(before.mtimeMs);
      expect((await readFile(original())).equals(bytes)).toBe(true);
    },
  );

  it.each([SMALL, LARGE])('of %d bytes gets the rights of a new file', async (size) => {
    await place(size);
    await chmod(original(), 0o400);
    await writeFile(join(dir(), 'new'), '');

    await take(listed());

    expect((await stat(temp())).mode).toBe((await stat(join(dir(), 'new'))).mode);
  });

  it('too large for the system copy goes in blocks', async () => {
    const bytes = await place(LARGE);
    const disk = breakingDisk(() => ({ copy: () => Promise.reject(systemError('ENOSYS')) }));

    const staged = await take(listed(), disk);

    expect(staged.sha256).toBe(sha256(bytes));
    expect((await readFile(temp())).equals(bytes)).toBe(true);
  });

  it('is cloned where the file system can, and hashed as the clone is', async () => {
    const bytes = await place(SMALL);
    const disk = breakingDisk((real) => ({ clone: (from, to) => real.copy(from, to) }));

    const staged = await take(listed(), disk);

    expect(staged.sha256).toBe(sha256(bytes));
    expect((await readFile(temp())).equals(bytes)).toBe(true);
  });

  it('is not asked to be cloned again where that was refused', async () => {
    let asked = 0;
    const disk = breakingDisk(() => ({
      clone: () => {
        asked += 1;
        return Promise.reject(systemError('EOPNOTSUPP'));
      },
    }));
    await place(SMALL);
    const stager = createStager({ disk });

    for (const name of ['1', '2', '3']) {
      await stager.take(listed(), join(dir(), 'out', name), new AbortController().signal);
    }

    expect(asked).toBe(1);
    expect(await readdir(join(dir(), 'out'))).toEqual(['1', '2', '3']);
  });

  it('through a symbolic link is the document behind it', async () => {
    const bytes = await place(SMALL);
    const file = listed(true);
    await rename(original(), join(dir(), 'real.pdf'));
    await symlink(join(dir(), 'real.pdf'), original());

    const staged = await take(file);

    expect(staged.sha256).toBe(sha256(bytes));
    expect((await stat(temp())).ino).not.toBe((await stat(join(dir(), 'real.pdf'))).ino);
  });
});

describe('a file that is going to be deleted', () => {
  it.each([0, SMALL, LARGE])('of %d bytes is linked, not copied', async (size) => {
    const bytes = await place(size);

    const staged = await take(listed(true));

    expect(staged).toEqual({ sizeBytes: size, sha256: sha256(bytes) });
    expect((await stat(temp())).ino).toBe((await stat(original())).ino);
  });

  it('is flushed though it is only linked', async () => {
    await place(SMALL);
    let flushed = 0;
    const disk = breakingDisk((real) => ({
      sync: (fd) => {
        flushed += 1;
        return real.sync(fd);
      },
    }));

    await take(listed(true), disk);

    expect(flushed).toBe(1);
  });

  it.each(['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK'])(
    'is copied where a link is refused (%s)',
    async (code) => {
      const bytes = await place(SMALL);

      const staged = await take(listed(true), failing('link', code));

      expect(staged.sha256).toBe(sha256(bytes));
      expect((await stat(temp())).ino).not.toBe((await stat(original())).ino);
    },
  );

  it('is copied when it has another name already: through that one it could be changed', async () => {
    await place(SMALL);
    await link(original(), join(dir(), 'archived.pdf'));

    await take(listed(true));

    expect((await stat(temp())).nlink).toBe(1);
  });

  it('is copied when its rights are narrower than those of a new file', async () => {
    await place(SMALL);
    await chmod(original(), 0o600);

    await take(listed(true));

    expect((await stat(temp())).nlink).toBe(1);
  });
});

describe('a file that changes', () => {
  const changes: [string, () => Promise<void>][] = [
    ['grows', () => appendFile(original(), 'more')],
    [
      'is rewritten in place',
      async () => {
        const bytes = await readFile(original());
        await writeFile(original(), bytes.fill(7));
        // The clock of a file system ticks only every few milliseconds.
        await utimes(original(), new Date(), new Date(Date.now() + 5000));
      },
    ],
    [
      'is replaced by another',
      async () => {
        await writeFile(join(dir(), 'other'), await readFile(original()));
        await utimes(join(dir(), 'other'), EARLIER, EARLIER);
        await rename(join(dir(), 'other'), original());
      },
    ],
  ];

  describe.each([
    ['copied', false, SMALL],
    ['copied', false, LARGE],
    ['linked', true, SMALL],
  ])('while it is %s', (_, mayLink, size) => {
    it.each(changes)('and %s is put off, and leaves nothing', async (__, change) => {
      await place(size);
      let isChanged = false;
      const disk = breakingDisk((real) => ({
        read: async (fd, into, length, position) => {
          const count = await real.read(fd, into, length, position);
          if (!isChanged) await change();
          isChanged = true;
          return count;
        },
      }));

      const taken = take(listed(mayLink), disk);

      await expect(taken).rejects.toMatchObject({ kind: 'transient' });
      expect(existsSync(temp())).toBe(false);
    });
  });

  it('before it is opened is put off', async () => {
    await place(SMALL);
    const file = listed();
    await appendFile(original(), 'x');

    await expect(take(file)).rejects.toMatchObject({ kind: 'transient', code: 'file.changed' });
    expect(existsSync(temp())).toBe(false);
  });

  it('only in the fraction of a millisecond that a listing rounds away is taken', async () => {
    await place(SMALL);
    const file = listed();

    await expect(take({ ...file, mtimeMs: file.mtimeMs - 0.75 })).resolves.toBeDefined();
  });

  it('into nothing is gone', async () => {
    await place(SMALL);
    const file = listed();
    await rm(original());

    await expect(take(file)).rejects.toMatchObject({ kind: 'gone', code: 'file.gone' });
  });

  it('into a folder is refused', async () => {
    await place(SMALL);
    const file = listed();
    await rm(original());
    await mkdir(original());

    await expect(take(file)).rejects.toMatchObject({ kind: 'refused', code: 'file.notRegular' });
  });
});

describe('a disk that fails', () => {
  it.each([
    ['write', 'ENOSPC', SMALL, 'disk.full'],
    ['write', 'ENOSPC', LARGE, 'disk.full'],
    ['sync', 'EIO', SMALL, 'disk.failing'],
    ['sync', 'EIO', LARGE, 'disk.failing'],
    ['stat', 'ETIMEDOUT', SMALL, 'source.away'],
    ['fstat', 'EIO', SMALL, 'source.unreadable'],
    ['read', 'EIO', SMALL, 'source.unreadable'],
    ['read', 'ECONNRESET', LARGE, 'source.away'],
  ] as const)(
    'at %s with %s (%d) says %s and leaves nothing',
    async (call, code, size, expected) => {
      await place(size);
      const disk = { ...failing(call, code), copy: () => Promise.reject(systemError('ENOSYS')) };

      await expect(take(listed(), disk)).rejects.toMatchObject({
        kind: 'transient',
        code: expected,
      });
      expect(existsSync(temp())).toBe(false);
      expect((await readFile(original())).length).toBe(size);
    },
  );

  it.each([SMALL, LARGE])('is not believed when the copy differs (%d)', async (size) => {
    await place(size);
    const disk = breakingDisk((real) => ({
      copy: () => Promise.reject(systemError('ENOSYS')),
      write: (fd, bytes, offset, position) => {
        const spoilt = Buffer.from(bytes);
        spoilt[3] = (spoilt[3] ?? 0) ^ 1;
        return real.write(fd, spoilt, offset, position);
      },
    }));

    await expect(take(listed(), disk)).rejects.toMatchObject({ code: 'disk.writtenOtherwise' });
    expect(existsSync(temp())).toBe(false);
  });
});

describe('a run that is stopped', () => {
  it.each([SMALL, LARGE])('waits for no copy (%d), and none is left', async (size) => {
    await place(size);
    const stop = new AbortController();
    const gate = Promise.withResolvers<void>();
    const disk = breakingDisk((real) => ({
      sync: async (fd) => gate.promise.then(() => real.sync(fd)),
    }));
    const stager = createStager({ disk, smallWidth: 1, largeWidth: 1 });

    const taken = stager.take(listed(), temp(), stop.signal);
    stop.abort();

    await expect(taken).rejects.toMatchObject({ kind: 'cancelled' });
    gate.resolve();
    // The next one in the same lane begins when the first has cleaned up.
    await stager.take(listed(), join(dir(), 'out', 'next'), new AbortController().signal);
    expect(existsSync(temp())).toBe(false);
  });
});
