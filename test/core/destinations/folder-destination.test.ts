import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createInstance } from '#core/files/temp-name';
import { failing } from '../files/breaking-disk.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { makeDestination } from './make-destination.ts';

const dir = useTempDir();
const { signal } = new AbortController();
const lay = (name: string) => writeFile(join(dir(), name), 'x');
const limits = (maxWaitingFiles: number, minFreeBytes = 0) => ({
  backPressure: { maxWaitingFiles, minFreeBytes },
});

describe('check', () => {
  it('passes every step on a good folder, and leaves nothing in it', async () => {
    await lay('waiting.pdf');
    const { destination } = makeDestination(dir());

    const steps = await destination.check(signal);

    expect(steps.map(({ step, ok, warning }) => ({ step, ok, warning }))).toEqual(
      ['target', 'write', 'space', 'waiting'].map((step) => ({ step, ok: true, warning: null })),
    );
    expect(steps[2]?.params['freeBytes']).toBeGreaterThan(0);
    expect(steps[3]?.params['waiting']).toBe(1);
    expect(await readdir(dir())).toEqual(['waiting.pdf']);
  });

  it('stops at a folder that is not there', async () => {
    const steps = await makeDestination(join(dir(), 'no')).destination.check(signal);

    expect(steps).toMatchObject([{ step: 'target', ok: false, error: { code: 'target.away' } }]);
  });

  it('stops at a file in the place of the folder, and says which field to edit', async () => {
    await lay('file');

    const steps = await makeDestination(join(dir(), 'file')).destination.check(signal);

    expect(steps).toMatchObject([
      { step: 'target', ok: false, error: { code: 'target.notFolder', field: 'destination.path' } },
    ]);
  });

  it('warns when the path leaves little room for names, and refuses when it leaves none', async () => {
    const long = join(dir(), 'd'.repeat(150 - dir().length));
    const longer = join(long, 'd'.repeat(80));
    await mkdir(longer, { recursive: true });

    const [warned] = await makeDestination(long).destination.check(signal);
    const [refused] = await makeDestination(longer).destination.check(signal);

    expect(warned).toMatchObject({ ok: true, warning: 'target.pathLong' });
    expect(refused).toMatchObject({
      ok: false,
      error: { kind: 'config', code: 'target.pathTooLong' },
    });
  });

  it.each([
    ['open', 'EACCES', 'target.denied'],
    ['open', 'EROFS', 'disk.readOnly'],
    ['sync', 'ENOSPC', 'disk.full'],
    ['rename', 'EACCES', 'target.denied'],
    ['unlink', 'EACCES', 'target.denied'],
  ] as const)('reports a folder that refuses to %s with %s', async (call, system, code) => {
    const { destination } = makeDestination(dir(), {}, { disk: failing(call, system) });

    const steps = await destination.check(signal);

    expect(steps.find(({ step }) => step === 'write')).toMatchObject({
      ok: false,
      error: { code },
    });
  });

  it('leaves nothing in a folder that fails half way', async () => {
    // The first flush is that of the file, the second that of the folder.
    const { destination } = makeDestination(dir(), {}, { disk: failing('sync', 'EIO', 1) });

    const steps = await destination.check(signal);

    expect(steps[1]).toMatchObject({ ok: false, error: { code: 'disk.failing' } });
    expect(await readdir(dir())).toEqual([]);
  });

  it('reports too little space and too many waiting documents', async () => {
    await lay('a.pdf');
    const { destination } = makeDestination(dir(), limits(1, Number.MAX_SAFE_INTEGER));

    const steps = await destination.check(signal);

    expect(steps.slice(2)).toMatchObject([
      { step: 'space', ok: false, error: { code: 'disk.low' } },
      { step: 'waiting', ok: true, warning: 'job.full', params: { waiting: 1 } },
    ]);
  });

  it('ends when somebody wants to stop', async () => {
    const checked = makeDestination(dir()).destination.check(AbortSignal.abort());

    await expect(checked).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('capacity', () => {
  const capacity = (given: Parameters<typeof makeDestination>[1] = {}, path = dir()) =>
    makeDestination(path, given).destination.capacity(signal);

  it('has no limit on files where none is set, and tells the room on the volume', async () => {
    const found = await capacity();

    expect(found).toMatchObject({ accepting: true, roomFiles: null });
    expect(found.accepting && found.roomBytes).toBeGreaterThan(0);
  });

  it('counts down to the limit, and closes there', async () => {
    await lay('a.pdf');
    expect(await capacity(limits(3))).toMatchObject({ accepting: true, roomFiles: 2 });

    await lay('b.pdf');
    await lay('c.pdf');

    expect(await capacity(limits(3))).toMatchObject({
      accepting: false,
      reason: { kind: 'transient', code: 'job.full', params: { maxWaitingFiles: 3 } },
    });
  });

  it('counts neither folders nor temporaries nor what systems leave there', async () => {
    await mkdir(join(dir(), 'archive'));
    await lay(createInstance('another program').tempName());
    await lay('.DS_Store');
    await lay('Thumbs.db');
    await lay('a.pdf');

    expect(await capacity(limits(2))).toMatchObject({ roomFiles: 1 });
  });

  it('counts a document and its sidecar once', async () => {
    await lay('a.pdf');
    await lay('a.pdf.json');
    await lay('b.pdf');

    expect(await capacity({ ...limits(3), sidecar: 'json' })).toMatchObject({ roomFiles: 1 });
    expect(await capacity(limits(4))).toMatchObject({ roomFiles: 1 });
  });

  it('counts a sidecar whose document was eaten: COLD has not finished with it', async () => {
    await lay('a.pdf.json');

    expect(await capacity({ ...limits(2), sidecar: 'json' })).toMatchObject({ roomFiles: 1 });
  });

  it('closes when the volume is nearly full', async () => {
    expect(await capacity(limits(0, Number.MAX_SAFE_INTEGER))).toMatchObject({
      accepting: false,
      reason: { code: 'disk.low', params: { minFreeBytes: Number.MAX_SAFE_INTEGER } },
    });
  });

  it('closes while the folder is away', async () => {
    expect(await capacity({}, join(dir(), 'no'))).toMatchObject({
      accepting: false,
      reason: { kind: 'transient', code: 'target.away' },
    });
  });

  it('throws only when somebody wants to stop', async () => {
    const { destination } = makeDestination(dir());

    await expect(destination.capacity(AbortSignal.abort())).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});

describe('sweep', () => {
  it('removes what earlier lives of this program left, and nothing else', async () => {
    const before = createInstance('mine');
    const now = createInstance('mine');
    const foreign = createInstance('other');
    const [old, kept] = [before.tempName(), before.tempName()];
    const others = [kept, now.tempName(), foreign.tempName(), 'a.pdf', '.lanceur-notes.txt'];
    for (const name of [old, ...others]) await lay(name);
    const { destination } = makeDestination(dir(), {}, { instance: now });

    const removed = await destination.sweep(new Set([join(dir(), kept)]));

    expect(removed).toBe(1);
    expect((await readdir(dir())).sort()).toEqual(others.sort());
  });

  it('of a folder that is away is put off, and said', async () => {
    const { destination, logger } = makeDestination(join(dir(), 'no'));

    expect(await destination.sweep(new Set())).toBe(0);
    expect(logger.events('warn')).toEqual(['destination.sweepFailed']);
  });
});

describe('temporary paths', () => {
  it('lie in the folder, and are never the same', () => {
    const { destination } = makeDestination(dir());
    const paths = Array.from({ length: 20_000 }, () => destination.tempPath());

    expect(new Set(paths).size).toBe(20_000);
    expect(paths.every((path) => path.startsWith(dir()))).toBe(true);
  });
});
