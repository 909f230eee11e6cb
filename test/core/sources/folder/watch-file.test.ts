import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RemoteFiles } from '#core/sources/folder/remote-access';
import type { SourceItem } from '#core/sources/source';
import { useTempDir } from '../../../helpers/temp-dir.ts';
import { makePdf } from '../../../helpers/make-pdf.ts';
import { type FolderFixture, listAll, openFolder, openItems, put } from './folder-fixture.ts';

const dir = useTempDir();

/** Looks once, with what the look before has left; returns the state of the only file. */
function watcher(folder: FolderFixture) {
  let open: readonly SourceItem[] = [];
  return async (): Promise<string> => {
    const { items } = await listAll(folder, { open: openItems(open) });
    open = items;
    const [item] = items;
    if (item === undefined) return 'nothing';
    if (!item.readiness.ready) return item.readiness.reason.code;
    return item.facts['warning'] === undefined ? 'ready' : `ready, ${item.facts['warning']}`;
  };
}

describe('without a quiet time', () => {
  it('takes a complete file at the first look', async () => {
    put(dir(), 'a.pdf', makePdf(3000));

    expect(await watcher(openFolder(dir()))()).toBe('ready');
  });

  it('puts off a file without its end, and takes it once it is there', async () => {
    const whole = makePdf(3000);
    const file = put(dir(), 'a.pdf', whole.subarray(0, 1500));
    const look = watcher(openFolder(dir()));

    expect(await look()).toBe('file.incomplete');
    fs.writeFileSync(file, whole);
    expect(await look()).toBe('ready');
  });
});

describe('a file that grows while it is looked at', () => {
  it('is put off', async () => {
    const file = put(dir(), 'a.txt');
    const open = ((at: string, flags: number) => {
      fs.appendFileSync(file, 'more');
      return fsPromises.open(at, flags);
    }) as RemoteFiles['open'];

    expect(await watcher(openFolder(dir(), { share: { open } }))()).toBe('file.growing');
  });
});

describe('with a quiet time', () => {
  it('takes a file after two looks and the time', async () => {
    put(dir(), 'a.txt');
    const folder = openFolder(dir(), { quietSeconds: 30 });
    const look = watcher(folder);

    expect(await look()).toBe('file.growing');
    await folder.clock.advance(29_000);
    expect(await look()).toBe('file.growing');
    await folder.clock.advance(1_000);
    expect(await look()).toBe('ready');
  });

  it('waits for a second look however long ago the file was written', async () => {
    put(dir(), 'a.txt', 'x', 1_000);

    expect(await watcher(openFolder(dir(), { quietSeconds: 1 }))()).toBe('file.growing');
  });

  it('begins anew when the file grows', async () => {
    const file = put(dir(), 'a.txt', 'x', 1_000);
    const folder = openFolder(dir(), { quietSeconds: 30 });
    const look = watcher(folder);
    await look();
    await folder.clock.advance(20_000);
    fs.appendFileSync(file, 'y');
    await look();
    await folder.clock.advance(20_000);

    expect(await look()).toBe('file.growing');
    await folder.clock.advance(10_000);
    expect(await look()).toBe('ready');
  });

  it('begins anew when another file takes the place, of the same size and time', async () => {
    put(dir(), 'a.txt', 'x', 1_000);
    const folder = openFolder(dir(), { quietSeconds: 30 });
    const look = watcher(folder);
    await look();
    await folder.clock.advance(30_000);
    put(dir(), '.other', 'y', 1_000);
    fs.renameSync(path.join(dir(), '.other'), path.join(dir(), 'a.txt'));

    expect(await look()).toBe('file.growing');
  });

  it('says how long there is to wait', async () => {
    put(dir(), 'a.txt');
    const folder = openFolder(dir(), { quietSeconds: 30 });
    const first = await listAll(folder);
    await folder.clock.advance(12_000);
    const { items } = await listAll(folder, { open: openItems(first.items) });

    expect(items[0]?.readiness).toMatchObject({
      reason: { kind: 'transient', code: 'file.growing', params: { seconds: 18 } },
    });
  });

  it('does not open a file that is not quiet yet', async () => {
    // Without its end it would be found incomplete.
    put(dir(), 'a.pdf', '%PDF-1.4 broken off');

    expect(await watcher(openFolder(dir(), { quietSeconds: 30 }))()).toBe('file.growing');
  });
});

describe('patience', () => {
  it('takes an incomplete file with a warning once it has not changed for long', async () => {
    put(dir(), 'a.pdf', '%PDF-1.4 broken off');
    const folder = openFolder(dir());
    const look = watcher(folder);

    expect(await look()).toBe('file.incomplete');
    await folder.clock.advance(10 * 60_000);
    expect(await look()).toBe('file.incomplete');
    await folder.clock.advance(5 * 60_000);
    expect(await look()).toBe('ready, file.incomplete');
  });

  it('counts looks too: a program that slept for a night looks again', async () => {
    put(dir(), 'a.pdf', '%PDF-1.4 broken off');
    const folder = openFolder(dir());
    const look = watcher(folder);
    await look();
    await folder.clock.advance(12 * 3_600_000);

    expect(await look()).toBe('file.incomplete');
    expect(await look()).toBe('ready, file.incomplete');
  });

  it('waits for an empty file to be written', async () => {
    const file = put(dir(), 'a.txt', '');
    const look = watcher(openFolder(dir()));

    expect(await look()).toBe('file.empty');
    fs.writeFileSync(file, 'text');
    expect(await look()).toBe('ready');
  });

  it('hands an empty file on in the end, to be refused with its reason', async () => {
    put(dir(), 'a.txt', '');
    const folder = openFolder(dir());
    const look = watcher(folder);
    await look();
    await look();
    await folder.clock.advance(15 * 60_000);

    expect(await look()).toBe('ready');
  });
});

describe('asked for again', () => {
  it('offers a file left at its place, though it is known', async () => {
    put(dir(), 'a.txt');
    const folder = openFolder(dir(), { quietSeconds: 60 });
    const first = await listAll(folder);
    const again = await listAll(folder, {
      open: openItems(first.items, true),
      isKnown: () => true,
    });

    expect(again).toMatchObject({
      items: [{ key: 'a.txt', readiness: { ready: true } }],
      knownCount: 0,
    });
  });

  it('offers a file from its archive, under the key and version of then', async () => {
    const file = put(dir(), '_archive/2026-01-04/a.txt', 'done');
    const location = { path: file, sizeBytes: 4, mtimeMs: 1, ino: '1', archived: true };
    const open = [
      {
        key: 'a.txt',
        version: '4:1',
        location: JSON.stringify(location),
        observation: null,
        replay: true,
      },
    ];
    const { items } = await listAll(openFolder(dir()), { open });

    expect(items).toMatchObject([{ key: 'a.txt', version: '4:1', readiness: { ready: true } }]);
    expect(JSON.parse(items[0]?.location ?? '')).toMatchObject({ path: file, archived: true });
  });

  it('does not offer what is nowhere any more, nor another version of it', async () => {
    const gone = put(dir(), 'gone.txt');
    const file = put(dir(), 'a.txt', 'old', 1_000);
    const folder = openFolder(dir());
    const open = openItems((await listAll(folder)).items, true);
    fs.rmSync(gone);
    fs.writeFileSync(file, 'newer');

    expect(await listAll(folder, { open, isKnown: () => true })).toEqual({
      items: [],
      knownCount: 1,
    });
  });
});
