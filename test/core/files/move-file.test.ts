import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { moveFile } from '#core/files/move-file';
import { breakingDisk, failing, systemError } from './breaking-disk.ts';
import { seededBytes } from '../../helpers/seeded-bytes.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const { signal } = new AbortController();
const from = () => join(dir(), 'in.pdf');
const EARLIER = new Date('2026-01-05T08:00:00Z');
let archive: string;

beforeEach(async () => {
  await writeFile(from(), 'document');
  await utimes(from(), EARLIER, EARLIER);
});

async function otherVolume(): Promise<string | undefined> {
  const shm = '/dev/shm';
  if (!existsSync(shm) || statSync(shm).dev === statSync(dir()).dev) return undefined;
  const path = await mkdtemp(join(shm, 'cold-test-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

describe.each(['the same volume', 'another volume'])('within %s, a file', (where) => {
  beforeEach(async (context) => {
    archive = join(dir(), 'archive');
    if (where === 'the same volume') await mkdir(archive);
    else archive = (await otherVolume()) ?? context.skip('there is no second volume here');
  });

  it('is moved with its bytes and its time', async () => {
    await moveFile(from(), join(archive, 'a.pdf'), signal);

    expect(existsSync(from())).toBe(false);
    expect(await readFile(join(archive, 'a.pdf'), 'utf8')).toBe('document');
    expect((await stat(join(archive, 'a.pdf'))).mtime).toEqual(EARLIER);
    expect(await readdir(archive)).toEqual(['a.pdf']);
  });

  it('never overwrites another', async () => {
    await writeFile(join(archive, 'a.pdf'), 'another!');

    const moved = moveFile(from(), join(archive, 'a.pdf'), signal);

    await expect(moved).rejects.toMatchObject({ kind: 'transient', code: 'name.taken' });
    expect(await readFile(join(archive, 'a.pdf'), 'utf8')).toBe('another!');
    expect(await readFile(from(), 'utf8')).toBe('document');
    expect(await readdir(archive)).toEqual(['a.pdf']);
  });

  it('never overwrites another of the same length and time', async () => {
    await writeFile(join(archive, 'a.pdf'), 'DOCUMENT');
    await utimes(join(archive, 'a.pdf'), EARLIER, EARLIER);

    const moved = moveFile(from(), join(archive, 'a.pdf'), signal);

    await expect(moved).rejects.toMatchObject({ code: 'name.taken' });
    expect(await readFile(join(archive, 'a.pdf'), 'utf8')).toBe('DOCUMENT');
  });

  it('is moved to the end when an earlier attempt was cut before its last step', async () => {
    await writeFile(join(archive, 'a.pdf'), 'document');
    await utimes(join(archive, 'a.pdf'), EARLIER, EARLIER);

    await moveFile(from(), join(archive, 'a.pdf'), signal);

    expect(existsSync(from())).toBe(false);
    expect(await readdir(archive)).toEqual(['a.pdf']);
  });

  it('that is large is moved whole', async () => {
    const bytes = seededBytes(2_000_001);
    await writeFile(from(), bytes);

    await moveFile(from(), join(archive, 'a.pdf'), signal);

    expect((await readFile(join(archive, 'a.pdf'))).equals(bytes)).toBe(true);
    expect(await readdir(archive)).toEqual(['a.pdf']);
  });

  it('stays where it is when the folder it should go to is missing', async () => {
    const moved = moveFile(from(), join(archive, 'missing', 'a.pdf'), signal);

    await expect(moved).rejects.toMatchObject({ kind: 'transient', code: 'target.away' });
    expect(await readFile(from(), 'utf8')).toBe('document');
  });

  it('that is not there is gone', async () => {
    await rm(from());

    const moved = moveFile(from(), join(archive, 'a.pdf'), signal);

    await expect(moved).rejects.toMatchObject({ kind: 'gone', code: 'file.gone' });
  });
});

it('a file that is replaced while it is copied stays, and so does the new one', async () => {
  const to = join(dir(), 'b.pdf');
  const disk = breakingDisk((real) => ({
    link: () => Promise.reject(systemError('EXDEV')),
    sync: async (fd) => {
      await real.sync(fd);
      await writeFile(join(dir(), 'new'), 'DOCUMENT');
      await utimes(join(dir(), 'new'), EARLIER, EARLIER);
      await rename(join(dir(), 'new'), from());
    },
  }));

  const moved = moveFile(from(), to, signal, { disk });

  await expect(moved).rejects.toMatchObject({ code: 'file.changed' });
  expect(await readFile(from(), 'utf8')).toBe('DOCUMENT');
  expect(await readdir(dir())).toEqual(['in.pdf']);
});

it.each(['EPERM', 'ENOTSUP'])('a file where links are refused (%s) is moved', async (code) => {
  const to = join(dir(), 'b.pdf');

  await moveFile(from(), to, signal, { disk: failing('link', code) });

  expect(await readdir(dir())).toEqual(['b.pdf']);
});

it('a file where links are refused never overwrites another', async () => {
  const to = join(dir(), 'b.pdf');
  await writeFile(to, 'another!');

  const moved = moveFile(from(), to, signal, { disk: failing('link', 'EPERM') });

  await expect(moved).rejects.toMatchObject({ code: 'name.taken' });
  expect(await readFile(to, 'utf8')).toBe('another!');
});

it('a file with both its names already loses the old one', async () => {
  const to = join(dir(), 'b.pdf');
  await link(from(), to);

  await moveFile(from(), to, signal);

  expect(await readdir(dir())).toEqual(['b.pdf']);
});

it('of two files that want one name, one gets it and both are kept', async () => {
  const other = join(dir(), 'other.pdf');
  await writeFile(other, 'different');
  const to = join(dir(), 'b.pdf');

  const outcomes = await Promise.allSettled([
    moveFile(from(), to, signal),
    moveFile(other, to, signal),
  ]);

  expect(outcomes.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await readdir(dir())).toHaveLength(2);
});
