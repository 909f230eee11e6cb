import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeDisk } from '#core/files/disk-calls';
import { breakingDisk, failing, systemError } from '../files/breaking-disk.ts';
import { eventually } from '../../helpers/eventually.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { inTime, makeDestination } from './make-destination.ts';

const dir = useTempDir();
const { signal } = new AbortController();
const at = (name: string) => join(dir(), name);

type Made = ReturnType<typeof makeDestination>;

/** A staged document of this destination, on its way to `name`. */
async function staged({ destination }: Made, name: string, content = name) {
  const tempPath = destination.tempPath();
  await writeFile(tempPath, content);
  return { tempPath, finalPath: at(name) };
}

describe('publish', () => {
  it('gives each document its name, tells each step, and flushes the folder once', async () => {
    const made = makeDestination(dir());
    const moves = [await staged(made, 'a.pdf'), await staged(made, 'b.pdf')];

    const outcomes = await made.destination.publish(moves, signal);

    expect(outcomes).toEqual([{ ok: true }, { ok: true }]);
    expect(await readdir(dir())).toEqual(['a.pdf', 'b.pdf']);
    expect(await readFile(at('a.pdf'), 'utf8')).toBe('a.pdf');
    expect(made.steps).toEqual(['file.renamed', 'file.renamed', 'folder.flushed']);
  });

  it('never overwrites what a stranger has put there meanwhile', async () => {
    const made = makeDestination(dir());
    const moves = [await staged(made, 'a.pdf'), await staged(made, 'b.pdf')];
    await writeFile(at('a.pdf'), 'of a stranger');

    const outcomes = await made.destination.publish(moves, signal);

    expect(outcomes).toMatchObject([
      { ok: false, error: { kind: 'transient', code: 'name.taken' } },
      { ok: true },
    ]);
    expect(await readFile(at('a.pdf'), 'utf8')).toBe('of a stranger');
    expect(await readFile(moves[0]!.tempPath, 'utf8')).toBe('a.pdf');
  });

  it('replaces under the rule "replace"', async () => {
    const made = makeDestination(dir(), { collision: 'replace' });
    const move = await staged(made, 'a.pdf', 'newer');
    await writeFile(at('a.pdf'), 'older');

    await made.destination.publish([move], signal);

    expect(await readFile(at('a.pdf'), 'utf8')).toBe('newer');
    expect(await readdir(dir())).toEqual(['a.pdf']);
  });

  it('renames nothing more once somebody wants to stop', async () => {
    const made = makeDestination(dir());
    const move = await staged(made, 'a.pdf');

    const outcomes = await made.destination.publish([move], AbortSignal.abort());

    expect(outcomes).toMatchObject([{ ok: false, error: { kind: 'cancelled' } }]);
    expect(await readFile(move.tempPath, 'utf8')).toBe('a.pdf');
  });

  it('leaves a document that cannot be renamed, and goes on with the others', async () => {
    const disk = breakingDisk((real) => ({
      rename: (from, to) =>
        to === at('a.pdf') ? Promise.reject(systemError('EACCES')) : real.rename(from, to),
    }));
    const made = makeDestination(dir(), {}, { disk });
    const moves = [await staged(made, 'a.pdf'), await staged(made, 'b.pdf')];

    const outcomes = await inTime(made.clock, made.destination.publish(moves, signal));

    expect(outcomes).toMatchObject([
      { ok: false, error: { kind: 'transient', code: 'target.denied' } },
      { ok: true },
    ]);
  });
});

describe('a folder that cannot be flushed', () => {
  it('leaves all in doubt: the same moves are asked for again, and are then done', async () => {
    const made = makeDestination(dir(), {}, { disk: failing('sync', 'EIO') });
    const moves = [await staged(made, 'a.pdf'), await staged(made, 'b.pdf')];

    await expect(made.destination.publish(moves, signal)).rejects.toMatchObject({
      kind: 'transient',
      code: 'disk.failing',
    });

    const again = makeDestination(dir());
    expect(await again.destination.publish(moves, signal)).toEqual([{ ok: true }, { ok: true }]);
    expect(again.steps).toEqual(['folder.flushed']);
  });
});

describe('recovery', () => {
  it('renames a document that an earlier life left under its temporary name', async () => {
    const before = makeDestination(dir());
    const move = await staged(before, 'a.pdf');

    const outcomes = await makeDestination(dir()).destination.publish([move], signal);

    expect(outcomes).toEqual([{ ok: true }]);
    expect(await readdir(dir())).toEqual(['a.pdf']);
  });

  it.each(['still there', 'eaten by COLD'])(
    'knows a document that was renamed before the crash (%s)',
    async (fate) => {
      const before = makeDestination(dir());
      const move = await staged(before, 'a.pdf');
      await rename(move.tempPath, move.finalPath);
      if (fate === 'eaten by COLD') await rm(move.finalPath);

      const outcomes = await makeDestination(dir()).destination.publish([move], signal);

      expect(outcomes).toEqual([{ ok: true }]);
      expect(await readdir(dir())).toEqual(fate === 'still there' ? ['a.pdf'] : []);
    },
  );

  it('may be asked twice in one life', async () => {
    const made = makeDestination(dir());
    const move = await staged(made, 'a.pdf');
    await made.destination.publish([move], signal);
    await rm(at('a.pdf'));

    expect(await made.destination.publish([move], signal)).toEqual([{ ok: true }]);
  });

  it('takes nothing for delivered while the folder is away', async () => {
    const folder = at('share');
    await mkdir(folder);
    const before = makeDestination(folder);
    const tempPath = before.destination.tempPath();
    await writeFile(tempPath, 'x');
    await rename(folder, at('unplugged'));

    const published = makeDestination(folder).destination.publish(
      [{ tempPath, finalPath: join(folder, 'a.pdf') }],
      signal,
    );

    await expect(published).rejects.toMatchObject({ kind: 'transient', code: 'target.away' });
  });
});

describe('a temporary file that vanishes before it was renamed', () => {
  it('is not taken for delivered: somebody has removed it', async () => {
    const made = makeDestination(dir());
    const move = await staged(made, 'a.pdf');
    await rm(move.tempPath);

    const outcomes = await made.destination.publish([move], signal);

    expect(outcomes).toMatchObject([{ ok: false, error: { code: 'file.vanished' } }]);
  });

  it('is still not taken for delivered when another destination of this life asks again', async () => {
    const made = makeDestination(dir());
    const again = makeDestination(dir(), {}, { names: made.names });
    const move = await staged(made, 'a.pdf');
    await rm(move.tempPath);
    const outcomes = [made, made, again].map(({ destination }) =>
      destination.publish([move], signal),
    );

    for (const outcome of await Promise.all(outcomes)) {
      expect(outcome).toMatchObject([{ ok: false, error: { code: 'file.vanished' } }]);
    }
  });

  it('during the look of a virus scanner is not taken for delivered either', async () => {
    const disk = breakingDisk((real) => ({
      rename: async (from) => {
        await real.unlink(from);
        throw systemError('EBUSY');
      },
    }));
    const made = makeDestination(dir(), {}, { disk });
    const move = await staged(made, 'a.pdf');
    const published = made.destination.publish([move], signal);
    await eventually(() => made.clock.sleepers() === 1);
    await made.clock.advance(10);

    expect(await published).toMatchObject([{ ok: false, error: { code: 'file.vanished' } }]);
  });
});

describe('a share that falls silent in the middle of a rename', () => {
  it('is asked what became of it: it was renamed', async () => {
    const disk = breakingDisk((real) => ({
      rename: async (from, to) => {
        await real.rename(from, to);
        throw systemError('ETIMEDOUT');
      },
    }));
    const made = makeDestination(dir(), {}, { disk });
    const move = await staged(made, 'a.pdf');

    expect(await made.destination.publish([move], signal)).toEqual([{ ok: true }]);
  });

  it('is asked what became of it: it was not', async () => {
    const made = makeDestination(dir(), {}, { disk: failing('rename', 'ETIMEDOUT') });
    const move = await staged(made, 'a.pdf');

    expect(await made.destination.publish([move], signal)).toMatchObject([
      { ok: false, error: { code: 'target.away' } },
    ]);
  });

  it('and stays silent is left in doubt: nothing is told as done or as failed', async () => {
    const silent = () => Promise.reject(systemError('EHOSTDOWN'));
    const disk = { ...nodeDisk, rename: silent, lstat: silent };
    const made = makeDestination(dir(), {}, { disk });
    const move = await staged(made, 'a.pdf');

    await expect(made.destination.publish([move], signal)).rejects.toMatchObject({
      kind: 'transient',
      code: 'target.away',
    });
  });
});
