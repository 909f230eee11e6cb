import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FolderConfig } from '#contract/model/source-config';
import type { SettleOutcome } from '#core/sources/source';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { useTempDir } from '../../../helpers/temp-dir.ts';
import {
  listAll,
  openFolder,
  openItems,
  placeOf,
  put,
  settleAfter,
  settleOrder,
  treeOf,
} from './folder-fixture.ts';
import { describeWith, OTHER_VOLUME } from '../../../servers/required.ts';

const dir = useTempDir();
const signal = AbortSignal.timeout(60_000);
const archive: Partial<FolderConfig> = {
  recursive: true,
  fate: { kind: 'archive', archiveFolder: '' },
};
const placesOf = (outcomes: readonly SettleOutcome[]) => outcomes.map((one) => placeOf(one, dir()));

describe('archiving', () => {
  // Late in the evening of the 5th here, wherever that is.
  const clock = () => fakeClock(new Date(2026, 0, 5, 23, 30));

  it('moves into the folder of the local day, keeping the sub-path', async () => {
    put(dir(), 'a.txt', 'A');
    put(dir(), 'x/y/b.txt', 'B');
    const outcomes = await settleAfter(openFolder(dir(), { config: archive, clock: clock() }));

    expect(placesOf(outcomes).sort()).toEqual([
      '_archive/2026-01-05/a.txt',
      '_archive/2026-01-05/x/y/b.txt',
    ]);
    expect(treeOf(dir())).toEqual({
      '_archive/2026-01-05/a.txt': 'A',
      '_archive/2026-01-05/x/y/b.txt': 'B',
    });
  });

  it('never writes over what lies in the archive', async () => {
    put(dir(), '_archive/2026-01-05/a.tar.gz', 'first');
    put(dir(), '_archive/2026-01-05/a (2).tar.gz', 'second');
    put(dir(), 'a.tar.gz', 'third');
    await settleAfter(openFolder(dir(), { config: archive, clock: clock() }));

    expect(treeOf(dir())).toEqual({
      '_archive/2026-01-05/a.tar.gz': 'first',
      '_archive/2026-01-05/a (2).tar.gz': 'second',
      '_archive/2026-01-05/a (3).tar.gz': 'third',
    });
  });

  it('finds room for a number in the longest of names', async () => {
    const name = `${'é'.repeat(125)}.txt`;
    put(dir(), `_archive/2026-01-05/${name}`, 'first');
    put(dir(), name, 'second');
    await settleAfter(openFolder(dir(), { config: archive, clock: clock() }));

    expect(Object.values(treeOf(dir())).sort()).toEqual(['first', 'second']);
    expect(fs.existsSync(path.join(dir(), name))).toBe(false);
  });

  it('gives two launchers that share an archive two names', async () => {
    for (const one of ['one', 'two']) {
      for (let i = 0; i < 50; i += 1) put(dir(), `${one}/${i}.txt`, `${one} ${i}`);
    }
    const config = { fate: { kind: 'archive', archiveFolder: path.join(dir(), 'done') } } as const;
    const both = openFolder(dir(), { config, clock: clock() });
    const roots = ['one', 'two'].map((name) => both.reopen(path.join(dir(), name)));
    await Promise.all(roots.map((folder) => settleAfter(folder)));

    const contents = Object.values(treeOf(dir()));
    expect(new Set(contents).size).toBe(100);
    expect(fs.readdirSync(path.join(dir(), 'done', '2026-01-05'))).toHaveLength(100);
  });

  it('recognises what a run that was cut has archived already', async () => {
    put(dir(), 'x/a.txt', 'A', 1_000);
    const first = openFolder(dir(), { config: archive, clock: clock() });
    const orders = (await listAll(first)).items.map((item) => settleOrder(item));
    await first.source.settle(orders, signal);
    const later = openFolder(dir(), { config: archive, clock: fakeClock(new Date(2026, 0, 9)) });

    expect(placesOf(await later.source.settle(orders, signal))).toEqual([
      '_archive/2026-01-05/x/a.txt',
    ]);
  });

  it('recognises it behind a file of the same name, and beside a new one at its old place', async () => {
    put(dir(), '_archive/2026-01-05/a.txt', 'other');
    put(dir(), 'a.txt', 'A', 1_000);
    const folder = openFolder(dir(), { config: archive, clock: clock() });
    const orders = (await listAll(folder)).items.map((item) => settleOrder(item));
    await folder.source.settle(orders, signal);
    put(dir(), 'a.txt', 'a new one');

    expect(placesOf(await folder.source.settle(orders, signal))).toEqual([
      '_archive/2026-01-05/a (2).txt',
    ]);
    expect(Object.keys(treeOf(dir()))).toContain('a.txt');
  });

  it('leaves a replayed file where it lies in the archive', async () => {
    put(dir(), 'a.txt', 'A', 1_000);
    const folder = openFolder(dir(), { config: archive, clock: clock() });
    const { items } = await listAll(folder);
    const [settled] = await settleAfter(folder);
    const location = settled?.ok === true ? (settled.location ?? '') : '';
    const open = openItems(items, true).map((item) => ({ ...item, location }));
    const again = await listAll(folder, { open });
    const orders = again.items.map((item) => settleOrder(item));

    expect(placesOf(await folder.source.settle(orders, signal))).toEqual([
      '_archive/2026-01-05/a.txt',
    ]);
    expect(Object.keys(treeOf(dir()))).toEqual(['_archive/2026-01-05/a.txt']);
  });

  it('recognises a move that was cut between its two names', async () => {
    const file = put(dir(), 'a.txt', 'A', 1_000);
    fs.mkdirSync(path.join(dir(), '_archive/2026-01-05'), { recursive: true });
    fs.linkSync(file, path.join(dir(), '_archive/2026-01-05/a.txt'));
    await settleAfter(openFolder(dir(), { config: archive, clock: clock() }));

    expect(treeOf(dir())).toEqual({ '_archive/2026-01-05/a.txt': 'A' });
  });

  it('does not take files for gone when their archive is', async () => {
    for (let i = 0; i < 60; i += 1) put(dir(), `in/${i}.txt`);
    const archiveFolder = path.join(dir(), 'done');
    const folder = openFolder(path.join(dir(), 'in'), {
      config: { fate: { kind: 'archive', archiveFolder } },
      clock: clock(),
      // As soon as the first file has arrived.
      checkpoint: () => {
        fs.rmSync(archiveFolder, { recursive: true, force: true });
      },
    });
    const outcomes = await settleAfter(folder);

    const left = fs.readdirSync(path.join(dir(), 'in')).length;
    const refused = outcomes.flatMap((one) => (one.ok ? [] : [one.error.code]));
    expect(left).toBeGreaterThan(0);
    expect(refused).toEqual(Array.from({ length: left }, () => 'target.away'));
  });

  it('says what stands in the way, and leaves the file', async () => {
    put(dir(), '_archive', 'a file');
    put(dir(), 'a.txt');
    const folder = openFolder(dir(), { config: { fate: archive.fate! }, clock: clock() });

    const outcomes = await settleAfter(folder);

    expect(outcomes).toContainEqual(
      expect.objectContaining({
        ok: false,
        error: expect.objectContaining({ kind: 'transient', code: 'archive.notFolder' }) as Error,
      }),
    );
    expect(Object.keys(treeOf(dir()))).toContain('a.txt');
  });
});

describe('the rejected', () => {
  it('go to their folder without a sub-folder per day, and only there', async () => {
    put(dir(), 'in/x/a.txt', 'A');
    const config: Partial<FolderConfig> = {
      ...archive,
      rejectedFate: { kind: 'move', folder: path.join(dir(), 'rejets') },
    };
    const folder = openFolder(path.join(dir(), 'in'), { config });

    const outcomes = await settleAfter(folder, () => undefined, 'rejected');

    expect(placesOf(outcomes)).toEqual(['rejets/x/a.txt']);
    expect(treeOf(dir())).toEqual({ 'rejets/x/a.txt': 'A' });
  });
});

describe('a folder of the rejected that leads back to the source by a link', () => {
  it('loses nothing', async () => {
    put(dir(), 'in/a.txt', 'A');
    fs.symlinkSync(path.join(dir(), 'in'), path.join(dir(), 'link'));
    const rejectedFate = { kind: 'move', folder: path.join(dir(), 'link') } as const;
    const folder = openFolder(path.join(dir(), 'in'), { config: { rejectedFate } });
    await settleAfter(folder, () => undefined, 'rejected');

    expect(Object.values(treeOf(path.join(dir(), 'in')))).toEqual(['A']);
  });
});

describeWith(['another volume'], 'an archive on another volume', () => {
  const makeArchive = () => {
    const folder = fs.mkdtempSync(path.join(OTHER_VOLUME, 'cold-test-'));
    onTestFinished(() => {
      fs.rmSync(folder, { recursive: true });
    });
    return folder;
  };
  const open = (archiveFolder: string, checkpoint?: () => void) =>
    openFolder(dir(), {
      config: { fate: { kind: 'archive', archiveFolder } },
      clock: fakeClock(new Date(2026, 0, 5)),
      ...(checkpoint === undefined ? {} : { checkpoint }),
    });

  it('gets the file with its time, and the source is deleted', async () => {
    const folder = makeArchive();
    put(dir(), 'a.txt', 'A', 1_000);
    await settleAfter(open(folder));

    expect(treeOf(dir())).toEqual({});
    expect(treeOf(folder)).toEqual({ '2026-01-05/a.txt': 'A' });
    expect(fs.statSync(path.join(folder, '2026-01-05/a.txt')).mtimeMs).toBe(1_000_000);
  });

  it('keeps one copy when a run was cut between copying and deleting', async () => {
    const folder = makeArchive();
    put(dir(), 'a.txt', 'A', 1_000);
    put(folder, '2026-01-05/a.txt', 'A', 1_000);

    expect(await settleAfter(open(folder))).toMatchObject([{ ok: true }]);
    expect(treeOf(dir())).toEqual({});
    expect(treeOf(folder)).toEqual({ '2026-01-05/a.txt': 'A' });
  });

  it('takes the longest of names', async () => {
    const folder = makeArchive();
    put(dir(), `${'x'.repeat(251)}.txt`, 'A');
    await settleAfter(open(folder));

    expect(treeOf(dir())).toEqual({});
    expect(treeOf(folder)).toEqual({ [`2026-01-05/${'x'.repeat(251)}.txt`]: 'A' });
  });

  it('keeps both when only size and time are alike', async () => {
    const folder = makeArchive();
    put(dir(), 'a.txt', 'A', 1_000);
    put(folder, '2026-01-05/a.txt', 'B', 1_000);
    await settleAfter(open(folder));

    expect(treeOf(dir())).toEqual({});
    expect(treeOf(folder)).toEqual({ '2026-01-05/a.txt': 'B', '2026-01-05/a (2).txt': 'A' });
  });

  it('recognises what a run that was cut has archived already', async () => {
    const archiveFolder = makeArchive();
    put(dir(), 'a.txt', 'A', 1_000.123);
    const folder = open(archiveFolder);
    const orders = (await listAll(folder)).items.map((item) => settleOrder(item));
    await folder.source.settle(orders, signal);
    const [again] = await folder.source.settle(orders, signal);

    expect(again).toMatchObject({ ok: true });
    expect(JSON.stringify(again)).toContain('2026-01-05/a.txt');
  });
});
