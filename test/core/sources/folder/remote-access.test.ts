import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RemoteFiles } from '#core/sources/folder/remote-access';
import { eventually } from '../../../helpers/eventually.ts';
import { useTempDir } from '../../../helpers/temp-dir.ts';
import { makePdf } from '../../../helpers/make-pdf.ts';
import {
  fetchOrder,
  listAll,
  noteIntake,
  openFolder,
  put,
  settleOrder,
  statesOf,
  treeOf,
} from './folder-fixture.ts';

const dir = useTempDir();
const signal = AbortSignal.timeout(60_000);
const silence = () => new Promise<never>(() => undefined);
const away = { kind: 'transient', code: 'source.away', params: { cause: 'ETIMEDOUT' } };

/** Lets the time limit of a share pass as soon as somebody waits for it. */
async function afterTheLimit<T>(
  folder: ReturnType<typeof openFolder>,
  work: Promise<T>,
): Promise<T> {
  work.catch(() => undefined);
  await eventually(() => folder.clock.sleepers() > 0);
  await folder.clock.advance(20_000);
  return work;
}

describe('a share', () => {
  it('is listed, fetched and settled like a local folder', async () => {
    put(dir(), 'a.pdf', makePdf(3000), 1_000);
    put(dir(), 'sub/b.txt', 'b', 2_000);
    put(dir(), 'broken.pdf', '%PDF-1.4', 3_000);
    const folder = openFolder(dir(), {
      share: {},
      config: { recursive: true, fate: { kind: 'delete', afterDays: 0 } },
    });

    const listed = await listAll(folder);
    const ready = listed.items.filter((item) => item.readiness.ready);
    const { intake, taken } = noteIntake();
    await folder.source.fetch(ready.map(fetchOrder), intake, signal);
    await folder.source.settle(
      ready.map((item) => settleOrder(item)),
      signal,
    );

    expect(statesOf(listed)).toEqual({
      'a.pdf': 'ready',
      'sub/b.txt': 'ready',
      'broken.pdf': 'file.incomplete',
    });
    expect(taken.files.map((file) => path.relative(dir(), file.path))).toEqual([
      'a.pdf',
      'sub/b.txt',
    ]);
    expect(Object.keys(treeOf(dir()))).toEqual(['broken.pdf']);
  });

  it('lists many files, each once', async () => {
    for (let i = 0; i < 500; i += 1) put(dir(), `${i}.txt`);

    const { items } = await listAll(openFolder(dir(), { share: {} }));

    expect(new Set(items.map((item) => item.key)).size).toBe(500);
  });

  it('reports a sub-folder that cannot be read, and goes on', async () => {
    put(dir(), 'a.txt');
    put(dir(), 'shut/b.txt');
    const opendir = ((at: string, options) =>
      at.endsWith('shut')
        ? Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }))
        : fsPromises.opendir(at, options)) as RemoteFiles['opendir'];

    const listed = await listAll(
      openFolder(dir(), { share: { opendir }, config: { recursive: true } }),
    );

    expect(statesOf(listed)).toEqual({ 'a.txt': 'ready', 'shut/': 'folder.unreadable' });
  });

  it.each(['ENETUNREACH', 'EHOSTDOWN', 'ESTALE', 'ETIMEDOUT', 'ECONNRESET'])(
    'that says %s in the midst of a listing is away, and no file is gone',
    async (code) => {
      put(dir(), 'sub/a.txt');
      const opendir = ((at: string, options) =>
        at.endsWith('sub')
          ? Promise.reject(Object.assign(new Error('no'), { code }))
          : fsPromises.opendir(at, options)) as RemoteFiles['opendir'];
      const folder = openFolder(dir(), { share: { opendir }, config: { recursive: true } });

      await expect(listAll(folder)).rejects.toMatchObject({
        code: 'source.away',
        params: { cause: code },
      });
    },
  );

  it('whose mount point shows instead is away, and no file is gone', async () => {
    put(dir(), 'a.txt');
    let asked = 0;
    const stat = (async (at: string) => {
      const stats = await fsPromises.stat(at);
      asked += 1;
      return asked === 1 ? stats : Object.assign(stats, { dev: stats.dev + 1 });
    }) as never;

    await expect(listAll(openFolder(dir(), { share: { stat } }))).rejects.toMatchObject({
      code: 'source.away',
    });
  });
});

describe('a share that does not answer', () => {
  it('is away after a time limit when its root is asked for', async () => {
    const folder = openFolder(dir(), { share: { stat: silence } });

    await expect(afterTheLimit(folder, listAll(folder))).rejects.toMatchObject(away);
  });

  it('is away after a time limit in the midst of a listing', async () => {
    put(dir(), 'a.txt');
    const folder = openFolder(dir(), { share: { lstat: silence } });

    await expect(afterTheLimit(folder, listAll(folder))).rejects.toMatchObject(away);
  });

  it('is away after a time limit when a file is opened', async () => {
    put(dir(), 'a.txt');
    const folder = openFolder(dir(), { share: { open: silence } });

    await expect(afterTheLimit(folder, listAll(folder))).rejects.toMatchObject(away);
  });

  it('is left at once when the run is stopped', async () => {
    const folder = openFolder(dir(), { share: { stat: silence } });
    const stop = new AbortController();
    const listing = listAll(folder, {}, stop.signal);
    listing.catch(() => undefined);
    await eventually(() => folder.clock.sleepers() > 0);
    stop.abort();

    await expect(listing).rejects.toMatchObject({ kind: 'cancelled' });
    expect(folder.clock.sleepers()).toBe(0);
  });

  it('is asked once, however many runs wait for its answer', async () => {
    let asked = 0;
    const stat = (() => {
      asked += 1;
      return silence();
    }) as never;
    const folder = openFolder(dir(), { share: { stat } });
    await afterTheLimit(folder, Promise.allSettled([listAll(folder), listAll(folder)]));
    const later = listAll(folder);

    await expect(afterTheLimit(folder, later)).rejects.toMatchObject(away);
    expect(asked).toBe(1);
  });

  it('is asked again once it has answered', async () => {
    let asked = 0;
    const stat = ((at: string) => {
      asked += 1;
      return asked === 1
        ? Promise.reject(Object.assign(new Error('no'), { code: 'EHOSTDOWN' }))
        : fsPromises.stat(at);
    }) as never;
    put(dir(), 'a.txt');
    const folder = openFolder(dir(), { share: { stat } });

    await expect(listAll(folder)).rejects.toMatchObject({ code: 'source.away' });
    expect(statesOf(await listAll(folder))).toEqual({ 'a.txt': 'ready' });
  });

  it('never makes a delivered file count as settled', async () => {
    put(dir(), 'in/a.txt');
    const root = path.join(dir(), 'in');
    const folder = openFolder(root, { config: { fate: { kind: 'delete', afterDays: 0 } } });
    const { items } = await listAll(folder);
    fs.renameSync(root, path.join(dir(), 'unplugged'));

    const orders = items.map((item) => settleOrder(item));
    expect(await folder.source.settle(orders, signal)).toMatchObject([
      { ok: false, error: { code: 'source.away' } },
    ]);
  });

  it('never makes a delivered file count as settled when it goes away between two calls', async () => {
    put(dir(), 'a.txt');
    const missing = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOENT' }));
    let asked = 0;
    const stat = ((at: string) => {
      asked += 1;
      return asked === 1 ? fsPromises.stat(at) : missing();
    }) as never;
    const config = { fate: { kind: 'delete', afterDays: 0 } } as const;
    const { items } = await listAll(openFolder(dir(), { config }));
    const folder = openFolder(dir(), { config, share: { lstat: missing, stat } });
    const orders = items.map((item) => settleOrder(item));

    expect(await folder.source.settle(orders, signal)).toMatchObject([
      { ok: false, error: { code: 'source.away' } },
    ]);
  });
});
