import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FolderConfig } from '#contract/model/source-config';
import type { RemoteFiles } from '#core/sources/folder/remote-access';
import type { SettleOutcome } from '#core/sources/source';
import { useTempDir } from '../../../helpers/temp-dir.ts';
import {
  listAll,
  openFolder,
  placeOf,
  put,
  settleAfter,
  settleOrder,
  treeOf,
} from './folder-fixture.ts';
import { restricted } from '../../../helpers/restricted.ts';

const dir = useTempDir();
const signal = AbortSignal.timeout(60_000);
const remove: Partial<FolderConfig> = { recursive: true, fate: { kind: 'delete', afterDays: 0 } };
const archive: Partial<FolderConfig> = {
  recursive: true,
  fate: { kind: 'archive', archiveFolder: '' },
};

const placesOf = (outcomes: readonly SettleOutcome[]) => outcomes.map((one) => placeOf(one, dir()));

describe('deleting', () => {
  it('removes what was delivered, and nothing else', async () => {
    put(dir(), 'a.txt');
    put(dir(), 'sub/b.txt');
    put(dir(), 'other/c.txt');
    const folder = openFolder(dir(), { config: remove });
    const { items } = await listAll(folder);
    const orders = items
      .filter((item) => item.key !== 'other/c.txt')
      .map((one) => settleOrder(one));

    expect(placesOf(await folder.source.settle(orders, signal))).toEqual([null, null]);
    expect(Object.keys(treeOf(dir()))).toEqual(['other/c.txt']);
    expect(fs.existsSync(path.join(dir(), 'sub'))).toBe(true);
  });

  it('succeeds for what is gone already', async () => {
    const file = put(dir(), 'a.txt');

    const outcomes = await settleAfter(openFolder(dir(), { config: remove }), () => {
      fs.rmSync(file);
    });

    expect(outcomes).toEqual([{ ok: true, location: null, vanished: true }]);
  });

  it.each([
    ['grew', (file: string) => fs.appendFileSync(file, 'more')],
    ['was written anew', (file: string) => fs.utimesSync(file, 5, 5)],
    [
      'was replaced by another of the same size and time',
      (file: string) => {
        fs.renameSync(put(dir(), 'hidden/x', 'TEXT', 1_000), file);
      },
    ],
    [
      'became a folder',
      (file: string) => {
        fs.rmSync(file);
        fs.mkdirSync(file);
      },
    ],
  ])('leaves a file that %s since its delivery', async (_what, change) => {
    const file = put(dir(), 'a.txt', 'text', 1_000);

    const outcomes = await settleAfter(openFolder(dir(), { config: remove }), () => {
      change(file);
    });

    expect(outcomes).toMatchObject([{ ok: false, error: { kind: 'gone', code: 'file.changed' } }]);
    expect(fs.existsSync(file)).toBe(true);
  });

  it('reports a file that may not be removed, and goes on', async () => {
    put(dir(), 'shut/a.txt', 'a', 1_000);
    put(dir(), 'open/b.txt', 'b', 2_000);

    const modes = { shut: 0o555, open: 0o777 };
    const outcomes = await restricted(dir(), modes, () =>
      settleAfter(openFolder(dir(), { config: remove })),
    );

    expect(outcomes).toMatchObject([
      { ok: false, error: { kind: 'transient', code: 'source.denied' } },
      { ok: true },
    ]);
    expect(Object.keys(treeOf(dir()))).toEqual(['shut/a.txt']);
  });

  it('says after each step that it is done', async () => {
    put(dir(), 'a.txt');
    put(dir(), 'b.txt');
    const folder = openFolder(dir(), { config: remove });
    await settleAfter(folder);

    expect(folder.steps).toEqual(['source.settled', 'source.settled']);
  });

  it('stops when asked to', async () => {
    put(dir(), 'a.txt');
    const folder = openFolder(dir(), { config: remove });
    const { items } = await listAll(folder);
    const orders = items.map((item) => settleOrder(item));

    await expect(folder.source.settle(orders, AbortSignal.abort())).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(Object.keys(treeOf(dir()))).toEqual(['a.txt']);
  });
});

describe('a file taken away right after it was looked at', () => {
  it.each([
    ['deleting', remove],
    ['archiving', archive],
  ] as const)('needs no %s', async (_what, config) => {
    put(dir(), 'a.txt');
    const { items } = await listAll(openFolder(dir(), { config }));
    const lstat = (async (at: string) => {
      const stats = await fsPromises.lstat(at);
      if (stats.isFile()) fs.rmSync(at);
      return stats;
    }) as RemoteFiles['lstat'];
    const { source } = openFolder(dir(), { config, share: { lstat } });

    const orders = items.map((item) => settleOrder(item));
    expect(await source.settle(orders, signal)).toEqual([
      { ok: true, location: null, vanished: true },
    ]);
  });
});

describe('leaving', () => {
  it('touches nothing', async () => {
    put(dir(), 'a.txt');
    const config = { fate: { kind: 'leave' } } as const;

    expect(placesOf(await settleAfter(openFolder(dir(), { config })))).toEqual(['a.txt']);
    expect(Object.keys(treeOf(dir()))).toEqual(['a.txt']);
  });
});
