import { ftruncateSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeDisk } from '#core/files/disk-calls';
import { createStager } from '#core/files/staged-writer';
import { seededBytes } from '../../helpers/seeded-bytes.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { breakingDisk, failing } from './breaking-disk.ts';

const dir = useTempDir();
const temp = (name = 'a.part') => join(dir(), name);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Writes as a source does: waits where it is told to. */
async function feed(
  sink: { write(chunk: Buffer): Promise<void> | undefined; end(): void },
  bytes: Buffer,
  chunkBytes: number,
) {
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    await sink.write(Buffer.from(bytes.subarray(at, at + chunkBytes)));
  }
  sink.end();
}

describe('a part', () => {
  const KIB = 1024;
  it.each([
    ['empty', 0, 1],
    ['of one byte', 1, 1],
    ['in one chunk', 60 * KIB, 60 * KIB],
    ['in many small chunks', 60 * KIB + 7, 1000],
    ['just small', 256 * KIB, 48 * KIB],
    ['just too large for that', 256 * KIB + 1, 48 * KIB],
    ['large in small chunks', 3 * 1024 * KIB + 13, 5000],
    ['large in large chunks', 3 * 1024 * KIB + 13, 300 * KIB],
    ['as long as the read-back buffer', 64 * KIB, 64 * KIB],
  ])('%s arrives byte for byte, with its length and hash', async (_, size, chunkBytes) => {
    const bytes = seededBytes(size);
    const { sink, staged } = createStager().open(temp());

    await feed(sink, bytes, chunkBytes);

    expect(await staged).toEqual({ sizeBytes: size, sha256: sha256(bytes) });
    expect((await readFile(temp())).equals(bytes)).toBe(true);
  });

  it('is not confused with the others that are under way', async () => {
    const stager = createStager();
    const sizes = Array.from(
      { length: 60 },
      (_, index) => (index % 5 === 0 ? 700_000 : 9_000) + index,
    );

    const staged = sizes.map(async (size, index) => {
      const { sink, staged: done } = stager.open(temp(`${String(index)}.part`));
      await feed(sink, seededBytes(size), 30_000);
      return done;
    });

    const results = await Promise.all(staged);
    expect(results.map((one) => one.sizeBytes)).toEqual(sizes);
    for (const [index, size] of sizes.entries()) {
      const written = await readFile(temp(`${String(index)}.part`));
      expect(written.equals(seededBytes(size))).toBe(true);
    }
  });

  it('holds the source back while the disk is slow', async () => {
    const gate = Promise.withResolvers<void>();
    const disk = breakingDisk((real) => ({
      write: async (...given) => gate.promise.then(() => real.write(...given)),
    }));
    const { sink, staged } = createStager({ disk }).open(temp());
    const bytes = seededBytes(4 * 1024 * KIB);

    let wait: Promise<void> | undefined;
    let handed = 0;
    while (wait === undefined && handed < bytes.length) {
      wait = sink.write(Buffer.from(bytes.subarray(handed, handed + 64 * KIB)));
      handed += 64 * KIB;
    }

    expect(handed).toBeLessThan(2 * 1024 * KIB);
    gate.resolve();
    await wait;
    await feed(sink, bytes.subarray(handed), 64 * KIB);
    expect((await staged).sha256).toBe(sha256(bytes));
  });

  it('holds the source back while many small documents wait for their write', async () => {
    const gate = Promise.withResolvers<void>();
    const disk = breakingDisk((real) => ({
      sync: async (fd) => gate.promise.then(() => real.sync(fd)),
    }));
    const stager = createStager({ disk, pendingBytes: 10_000, smallWidth: 1 });
    const first = stager.open(temp('1'));
    await feed(first.sink, seededBytes(20_000), 20_000);

    const second = stager.open(temp('2'));
    const wait = second.sink.write(seededBytes(10));

    expect(wait).toBeInstanceOf(Promise);
    gate.resolve();
    await wait;
    second.sink.end();
    expect(await Promise.all([first.staged, second.staged])).toHaveLength(2);
  });

  it.each([9_000, 900_000])('of %d bytes that is given up leaves nothing', async (size) => {
    const { sink, staged, abort } = createStager().open(temp());
    await sink.write(seededBytes(size));

    await abort();

    await expect(staged).rejects.toMatchObject({ kind: 'cancelled' });
    expect(sink.write(seededBytes(10))).toBeUndefined();
    expect(await readdir(dir())).toEqual([]);
  });

  it.each([9_000, 900_000])('of %d bytes given up after its end leaves nothing', async (size) => {
    const { sink, staged, abort } = createStager().open(temp());
    await sink.write(seededBytes(size));
    sink.end();

    await abort();

    await expect(Promise.allSettled([staged])).resolves.toHaveLength(1);
    expect(await readdir(dir())).toEqual([]);
  });

  it('never touches what it did not make', async () => {
    await createStager().write(temp(), Buffer.from('somebody else'));
    const { sink, staged } = createStager().open(temp());
    await feed(sink, seededBytes(10), 10);

    await expect(staged).rejects.toMatchObject({ code: 'name.taken' });
    expect(await readFile(temp(), 'utf8')).toBe('somebody else');
  });
});

describe('a disk that fails', () => {
  it.each([
    ['open', 'ENOENT', 'target.away'],
    ['open', 'EROFS', 'disk.readOnly'],
    ['open', 'EACCES', 'target.denied'],
    ['write', 'ENOSPC', 'disk.full'],
    ['write', 'EDQUOT', 'disk.full'],
    ['write', 'EIO', 'disk.failing'],
    ['sync', 'ENOSPC', 'disk.full'],
    ['sync', 'EIO', 'disk.failing'],
    ['read', 'EIO', 'disk.failing'],
    ['close', 'EDQUOT', 'disk.full'],
  ] as const)(
    'at %s with %s is reported as %s, and leaves no file',
    async (call, code, expected) => {
      for (const size of [9_000, 900_000]) {
        const { sink, staged } = createStager({ disk: failing(call, code) }).open(temp());
        await feed(sink, seededBytes(size), 50_000);

        await expect(staged).rejects.toMatchObject({ kind: 'transient', code: expected });
        expect(await readdir(dir())).toEqual([]);
      }
    },
  );

  it('lets the source go on to the end of a document it cannot keep', async () => {
    const { sink, staged } = createStager({ disk: failing('write', 'ENOSPC', 2) }).open(temp());

    await feed(sink, seededBytes(8_000_000), 100_000);

    await expect(staged).rejects.toMatchObject({ code: 'disk.full' });
    expect(await readdir(dir())).toEqual([]);
  });

  it('may fail in the middle of reading a large document back', async () => {
    const { sink, staged } = createStager({ disk: failing('read', 'EIO', 2) }).open(temp());

    await feed(sink, seededBytes(2_000_000), 100_000);

    await expect(staged).rejects.toMatchObject({ code: 'disk.failing' });
    expect(await readdir(dir())).toEqual([]);
  });

  it('is asked again when it takes fewer bytes than it was given', async () => {
    const disk = breakingDisk((real) => ({
      write: (fd, bytes, offset, position) =>
        real.write(fd, bytes.subarray(0, Math.min(bytes.length, offset + 1000)), offset, position),
    }));
    const { sink, staged } = createStager({ disk }).open(temp());
    const bytes = seededBytes(300_000);
    await feed(sink, bytes, 40_000);

    expect((await staged).sha256).toBe(sha256(bytes));
    expect((await readFile(temp())).equals(bytes)).toBe(true);
  });

  it.each([9_000, 900_000])('is not believed when it gives back other bytes (%d)', async (size) => {
    const disk = breakingDisk((real) => ({
      read: async (fd, into, length, position) => {
        const count = await real.read(fd, into, length, position);
        if (position === 0) into[5] = (into[5] ?? 0) ^ 1;
        return count;
      },
    }));
    const { sink, staged } = createStager({ disk }).open(temp());
    await feed(sink, seededBytes(size), 50_000);

    await expect(staged).rejects.toMatchObject({
      kind: 'transient',
      code: 'disk.writtenOtherwise',
    });
    expect(await readdir(dir())).toEqual([]);
  });

  it.each([
    ['shorter', 9_000, -1],
    ['longer', 9_000, 1],
    ['shorter', 900_000, -1],
    ['longer', 900_000, 1],
  ])('is not believed when the file is %s than what was written (%d)', async (_, size, by) => {
    const disk = breakingDisk((real) => ({
      // Between the flush and the verification, somebody else was at the file.
      sync: async (fd) => {
        await real.sync(fd);
        ftruncateSync(fd, size + by);
      },
    }));
    const { sink, staged } = createStager({ disk }).open(temp());
    await feed(sink, seededBytes(size), 50_000);

    await expect(staged).rejects.toMatchObject({ code: 'disk.writtenOtherwise' });
  });

  it('counts a part as staged only after its flush', async () => {
    const steps: string[] = [];
    const disk = breakingDisk((real) => ({
      sync: (fd) => real.sync(fd).finally(() => steps.push('flushed')),
    }));
    const stager = createStager({ disk });
    const { sink, staged } = stager.open(temp());
    await feed(sink, seededBytes(100), 100);
    await staged.then(() => steps.push('staged'));

    expect(steps).toEqual(['flushed', 'staged']);
  });
});

describe('write and discard', () => {
  it('writes what is in memory, proven like any part', async () => {
    const content = Buffer.from('{"name":"été"}');

    const staged = await createStager().write(temp(), content);

    expect(staged).toEqual({ sizeBytes: content.length, sha256: sha256(content) });
    expect((await readFile(temp())).equals(content)).toBe(true);
  });

  it('discards a temporary file, and does not mind when there is none', async () => {
    const stager = createStager();
    await stager.write(temp(), Buffer.from('x'));

    await stager.discard(temp());
    await stager.discard(temp());

    expect(await readdir(dir())).toEqual([]);
  });

  it('keeps no file open', async () => {
    const open = new Set<number>();
    const disk = breakingDisk((real) => ({
      open: async (...given) => {
        const fd = await real.open(...given);
        open.add(fd);
        return fd;
      },
      close: (fd) => {
        open.delete(fd);
        return nodeDisk.close(fd);
      },
    }));
    const stager = createStager({ disk });
    await stager.write(temp('1'), Buffer.from('x'));
    await stager.write(temp('1'), Buffer.from('x')).catch(() => undefined);
    const large = stager.open(temp('2'));
    await large.sink.write(seededBytes(900_000));
    await large.abort();

    expect(open.size).toBe(0);
  });
});
