// Real threads on real folders.
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { appendFile, mkdir, readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSystemClock } from '#core/clock';
import {
  createDiskThreads,
  type DiskThreads,
  type DiskThreadsOptions,
  THREAD_DEFAULTS,
} from '#core/files/threads/disk-threads';
import type { SeenFile } from '#core/files/seen-file';
import type { Thread } from '#core/files/threads/thread-link';
import { eventually } from '../../../helpers/eventually.ts';
import { memoryLogger } from '../../../helpers/memory-logger.ts';
import { seededBytes } from '../../../helpers/seeded-bytes.ts';
import { useTempDir } from '../../../helpers/temp-dir.ts';

const dir = useTempDir();
const at = (name: string): string => join(dir(), name);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const never = new AbortController().signal;

function make(overrides: Partial<DiskThreadsOptions> = {}): DiskThreads {
  const threads = createDiskThreads({
    ...THREAD_DEFAULTS,
    clock: createSystemClock(),
    logger: memoryLogger(),
    ...overrides,
  });
  onTestFinished(() => threads.close());
  return threads;
}

async function ready(overrides: Partial<DiskThreadsOptions> = {}): Promise<DiskThreads> {
  const threads = make({ worthDocuments: 1, ...overrides });
  await threads.makeReady(1, [dir()]);
  await eventually(() => threads.serves(dir()));
  return threads;
}

function listed(name: string) {
  const { size, mtimeMs } = statSync(at(name));
  return { path: at(name), sizeBytes: size, mtimeMs, mayLink: false };
}

describe('the disk thread', () => {
  it('stays away for few documents', async () => {
    const threads = make({ worthDocuments: 48 });

    await threads.makeReady(47, [dir()]);

    expect(threads.serves(dir())).toBe(false);
  });

  it('serves no folder of which it cannot be told that it lies on a local disk', async () => {
    const threads = await ready();

    await threads.makeReady(1, [at('missing')]);

    expect(threads.serves(at('missing'))).toBe(false);
  });

  it('writes many documents, each with its own bytes', async () => {
    const threads = await ready();
    const all = Array.from({ length: 100 }, (_, index) => seededBytes(1000 + index * 2000, index));

    const digests = await Promise.all(
      all.map((bytes, index) => {
        const cut = Math.floor(bytes.length / 3);
        return threads.write(at(`${index}`), [bytes.subarray(0, cut), bytes.subarray(cut)]);
      }),
    );

    expect(digests.map((one) => one.sha256)).toEqual(all.map(sha256));
    for (const [index, bytes] of all.entries()) {
      expect(readFileSync(at(`${index}`)).equals(bytes)).toBe(true);
    }
  });

  it('takes a file as it was listed', async () => {
    const threads = await ready();
    const bytes = seededBytes(60_000);
    await writeFile(at('a.pdf'), bytes);

    const digest = await threads.take(listed('a.pdf'), at('a.part'), never);

    expect(digest).toEqual({ sizeBytes: 60_000, sha256: sha256(bytes) });
    expect(readFileSync(at('a.part')).equals(bytes)).toBe(true);
  });

  it('tells what went wrong in the words of the program, and leaves nothing', async () => {
    const threads = await ready();
    await writeFile(at('a.pdf'), 'one');
    const before = { ...listed('a.pdf'), sizeBytes: 4 };

    await expect(threads.take(before, at('a.part'), never)).rejects.toMatchObject({
      kind: 'transient',
      code: 'file.changed',
    });
    await expect(
      threads.take({ ...before, path: at('b.pdf') }, at('a.part'), never),
    ).rejects.toMatchObject({ kind: 'gone', code: 'file.gone', cause: { code: 'ENOENT' } });
    await expect(threads.write(at('no/a.part'), [Buffer.from('x')])).rejects.toMatchObject({
      code: 'target.away',
    });
    expect(await readdir(dir())).toEqual(['a.pdf']);
  });

  it('renames only to where nothing is, unless it may replace', async () => {
    const threads = await ready();
    await writeFile(at('a.part'), 'new');
    await writeFile(at('a.pdf'), 'old');

    const moves = [
      { from: at('a.part'), to: at('a.pdf') },
      { from: at('b.part'), to: at('b.pdf') },
      { from: at('a.part'), to: at('c.pdf') },
    ];
    const told: number[] = [];
    const renamed = (index: number): void => void told.push(index);

    const refused = await threads.renameAll(moves.slice(0, 2), false, renamed);
    expect(refused).toMatchObject([{ code: 'name.taken' }, { code: 'ENOENT' }]);
    expect(told).toEqual([]);
    expect(readFileSync(at('a.pdf'), 'utf8')).toBe('old');

    const done = await threads.renameAll(moves, true, renamed);
    expect(done).toMatchObject([undefined, { code: 'ENOENT' }, { code: 'ENOENT' }]);
    expect(told).toEqual([0]);
    expect(readFileSync(at('a.pdf'), 'utf8')).toBe('new');
    expect(await threads.renameAll([], false, renamed)).toEqual([]);
  });

  const seen = (name: string): SeenFile => {
    const { size, mtimeMs, ino } = statSync(at(name));
    return { path: at(name), sizeBytes: size, mtimeMs, ino: String(ino) };
  };

  it('deletes, and says with the code of the system what it could not delete', async () => {
    const threads = await ready();
    await writeFile(at('a.pdf'), 'x');
    const one = seen('a.pdf');

    const told: number[] = [];
    const errors = await threads.unlinkAll([one, one], (index) => void told.push(index));

    expect(existsSync(at('a.pdf'))).toBe(false);
    expect(told).toEqual([0]);
    expect(errors).toMatchObject([undefined, { code: 'ENOENT' }]);
  });

  it('deletes only what is still the file that was seen', async () => {
    const threads = await ready();
    for (const name of ['grown', 'newer', 'replaced', 'same']) await writeFile(at(name), 'x');
    await mkdir(at('folder'));
    const files = ['grown', 'newer', 'replaced', 'folder', 'same'].map(seen);
    await appendFile(at('grown'), 'y');
    await utimes(at('newer'), 1, 1);
    // Another file with the size and time of the first.
    await writeFile(at('other'), 'z');
    const { mtimeMs = 0 } = files[2] ?? {};
    await utimes(at('other'), mtimeMs / 1000, mtimeMs / 1000);
    await rename(at('other'), at('replaced'));

    const errors = await threads.unlinkAll(files, () => undefined);

    const changed = { kind: 'transient', code: 'file.changed' };
    expect(errors).toMatchObject([changed, changed, changed, changed, undefined]);
    expect(await readdir(dir())).toEqual(['folder', 'grown', 'newer', 'replaced']);
  });

  it('leaves no copy behind for a run that was stopped', async () => {
    const threads = await ready();
    await writeFile(at('a.pdf'), seededBytes(60_000));
    const stop = new AbortController();

    const taken = threads.take(listed('a.pdf'), at('a.part'), stop.signal);
    stop.abort();

    await expect(taken).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await readdir(dir())).toEqual(['a.pdf']);
  });

  it('ends what is under way before it closes', async () => {
    const threads = await ready();
    const written = threads.write(at('a.part'), [seededBytes(100_000)]);
    await Promise.resolve();
    await Promise.resolve();

    await threads.close();

    expect((await written).sizeBytes).toBe(100_000);
    expect(threads.serves(dir())).toBe(false);
  });

  it('that dies is not asked again, and what it had in hand may be tried again', async () => {
    const thread = new DyingThread();
    const threads = await ready({ startThread: () => thread });

    const move = { from: at('a.part'), to: at('a.pdf') };
    const renamed = threads.renameAll([move], false, () => undefined);
    const written = threads.write(at('b.part'), [Buffer.from('x')]);

    expect(await renamed).toMatchObject([{ kind: 'transient', code: 'system.exhausted' }]);
    await expect(written).rejects.toMatchObject({ kind: 'transient', code: 'system.exhausted' });
    expect(threads.serves(dir())).toBe(false);
    await threads.makeReady(1000, [dir()]);
    expect(threads.serves(dir())).toBe(false);
  });
});

/** Comes up, and falls at its first task. */
class DyingThread extends EventEmitter implements Thread {
  constructor() {
    super();
    setImmediate(() => this.emit('online'));
  }
  postMessage(): void {
    setImmediate(() => this.emit('error', new Error('out of memory')));
  }
  ref(): void {
    // A thread of this test keeps nobody awake.
  }
  unref(): void {
    // See ref.
  }
  terminate(): Promise<void> {
    return Promise.resolve();
  }
}
