import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { useTempDir } from '../../../helpers/temp-dir.ts';
import { makePdf } from '../../../helpers/make-pdf.ts';
import { itemOf, keysOf, listAll, openFolder, openItems, put, statesOf } from './folder-fixture.ts';
import { restricted } from '../../../helpers/restricted.ts';

const dir = useTempDir();

describe('a listing', () => {
  it('offers what lay there before the start, oldest first', async () => {
    put(dir(), 'new.txt', 'n', 3_000);
    put(dir(), 'old.txt', 'o', 1_000);
    put(dir(), 'b.txt', 'b', 2_000);
    put(dir(), 'a.txt', 'a', 2_000);

    expect(keysOf(await listAll(openFolder(dir())))).toEqual([
      'old.txt',
      'a.txt',
      'b.txt',
      'new.txt',
    ]);
  });

  it('tells of each file its name, size, time and where it lies', async () => {
    const file = put(dir(), 'sub/Facture été.PDF', makePdf(600), 1_700_000_000.5);
    const listed = await listAll(openFolder(dir(), { config: { recursive: true } }));

    expect(listed.items[0]).toMatchObject({
      key: 'sub/Facture été.PDF',
      version: '600:1700000000500',
      title: 'Facture été.PDF',
      sizeBytes: 600,
      receivedAt: '2023-11-14T22:13:20.500Z',
      parts: [
        { part: 'file', name: 'Facture été.PDF', mediaType: 'application/pdf', sizeBytes: 600 },
      ],
      readiness: { ready: true },
      facts: { source_path: 'sub/Facture été.PDF' },
    });
    expect(JSON.parse(listed.items[0]?.location ?? '')).toMatchObject({ path: file });
  });

  it('only counts what is known, and asks for that by key and version', async () => {
    put(dir(), 'known.txt', 'k', 1_000);
    put(dir(), 'other.txt', 'o', 2_000);

    const listed = await listAll(openFolder(dir()), {
      isKnown: (key, version) => key === 'known.txt' && version === '1:1000000',
    });

    expect(keysOf(listed)).toEqual(['other.txt']);
    expect(listed.knownCount).toBe(1);
  });

  it('counts what is known also where nothing is new', async () => {
    put(dir(), 'known.txt');

    expect(await listAll(openFolder(dir()), { isKnown: () => true })).toEqual({
      items: [],
      knownCount: 1,
    });
  });

  it('stays in the folder itself unless it is recursive', async () => {
    put(dir(), 'a.txt');
    put(dir(), 'sub/b.txt');
    put(dir(), 'sub/deep/c.txt');

    expect(keysOf(await listAll(openFolder(dir())))).toEqual(['a.txt']);
    const all = await listAll(openFolder(dir(), { config: { recursive: true } }));
    expect(keysOf(all).sort()).toEqual(['a.txt', 'sub/b.txt', 'sub/deep/c.txt']);
  });

  it('passes over clutter, our temporaries and the own archive', async () => {
    put(dir(), 'Thumbs.db');
    put(dir(), '.hidden');
    put(dir(), '.lanceur-0a1b2c3d-4e5f6071-0.part');
    put(dir(), '_archive/2026-01-04/done.txt');
    put(dir(), 'a.txt');

    const listed = await listAll(openFolder(dir(), { config: { recursive: true } }));

    expect(listed).toMatchObject({ items: [{ key: 'a.txt' }], knownCount: 0 });
  });

  it('comes in batches of some hundreds, all files once', async () => {
    for (let i = 0; i < 600; i += 1) put(dir(), `${i}.txt`, 'x', 1_000 + i);
    const sizes: number[] = [];
    const keys: string[] = [];
    const request = { cursor: null, open: [], isKnown: () => false };
    for await (const batch of openFolder(dir()).source.list(request, AbortSignal.timeout(60_000))) {
      sizes.push(batch.items.length);
      keys.push(...batch.items.map((item) => item.key));
    }

    expect(sizes).toEqual([512, 88]);
    expect(keys).toEqual(Array.from({ length: 600 }, (_, i) => `${i}.txt`));
  });

  it('leaves out what is taken away between the look and its turn', async () => {
    for (let i = 0; i < 600; i += 1) put(dir(), `${i}.txt`, 'x', 1_000 + i);
    const keys: string[] = [];
    const request = { cursor: null, open: [], isKnown: () => false };
    for await (const batch of openFolder(dir()).source.list(request, AbortSignal.timeout(60_000))) {
      keys.push(...batch.items.map((item) => item.key));
      fs.rmSync(path.join(dir(), '599.txt'), { force: true });
    }

    expect(keys).toHaveLength(599);
    expect(keys).not.toContain('599.txt');
  });

  it('stops when asked to', async () => {
    put(dir(), 'a.txt');
    const listing = listAll(openFolder(dir()), {}, AbortSignal.abort());

    await expect(listing).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('odd entries', () => {
  it('follows no link, neither to files nor round in circles', async () => {
    put(dir(), 'in/a.txt');
    const outside = put(dir(), 'outside.txt');
    const root = path.join(dir(), 'in');
    fs.symlinkSync(outside, path.join(root, 'link.txt'));
    fs.symlinkSync(root, path.join(root, 'circle'));
    fs.symlinkSync(path.join(dir(), 'nowhere'), path.join(root, 'broken'));

    const listed = await listAll(openFolder(root, { config: { recursive: true } }));

    expect(keysOf(listed)).toEqual(['a.txt']);
  });

  it('scans a root that is a link itself', async () => {
    put(dir(), 'real/a.txt');
    fs.symlinkSync(path.join(dir(), 'real'), path.join(dir(), 'link'));

    expect(keysOf(await listAll(openFolder(path.join(dir(), 'link'))))).toEqual(['a.txt']);
  });

  it('does not wait at a pipe', async () => {
    execFileSync('mkfifo', [path.join(dir(), 'pipe.pdf')]);
    put(dir(), 'a.txt');

    expect(keysOf(await listAll(openFolder(dir())))).toEqual(['a.txt']);
  });

  it.each([
    'a\\b.txt',
    'line\nbreak.txt',
    'a:b?.txt',
    ' space .txt ',
    '%41.txt',
    'e\u0301.txt',
    '\uFFFD.txt',
    '-rf.txt',
    `${'x'.repeat(251)}.txt`,
    `${'é'.repeat(125)}.txt`,
  ])('offers %j under its own name', async (name) => {
    put(dir(), name);
    const listed = await listAll(openFolder(dir()));

    expect(listed.items).toMatchObject([{ key: name, title: name, readiness: { ready: true } }]);
  });

  it('reports a name that is no text, and goes on', async () => {
    const latin1 = Buffer.concat([Buffer.from(`${dir()}/caf`), Buffer.from([0xe9, 0x2e, 0x70])]);
    fs.writeFileSync(latin1, 'x');
    put(dir(), 'a.txt');
    const listed = await listAll(openFolder(dir()));

    expect(statesOf(listed)).toEqual({ 'a.txt': 'ready', 'caf\\xE9.p': 'file.nameNotText' });
    expect(itemOf(listed, 'caf\\xE9.p')).toMatchObject({ title: 'café.p', parts: [] });
  });

  it('reports a folder whose name is no text only where it would look inside', async () => {
    fs.mkdirSync(Buffer.concat([Buffer.from(`${dir()}/d`), Buffer.from([0xff])]));

    expect(statesOf(await listAll(openFolder(dir())))).toEqual({});
    const all = await listAll(openFolder(dir(), { config: { recursive: true } }));
    expect(statesOf(all)).toEqual({ 'd\\xFF': 'file.nameNotText' });
  });

  it('reports a folder too deep to be reached, and goes on', async () => {
    put(dir(), 'a.txt');
    const script = 'for i in $(seq 20); do mkdir "$1" && cd "$1" && echo x > f.txt; done';
    const name = 'd'.repeat(250);
    execFileSync('bash', ['-c', script, 'bash', name], { cwd: dir() });

    const listed = await listAll(openFolder(dir(), { config: { recursive: true } }));

    // The removal of the test's folder cannot reach that deep either.
    execFileSync('rm', ['-rf', name], { cwd: dir() });
    const states = Object.values(statesOf(listed));
    expect(states.filter((state) => state === 'folder.unreadable')).toHaveLength(1);
    expect(states.filter((state) => state === 'ready').length).toBeGreaterThan(10);
  });
});

describe('what cannot be read', () => {
  it('is reported once for a sub-folder, and the rest goes on', async () => {
    put(dir(), 'a.txt');
    put(dir(), 'shut/b.txt');

    const listed = await restricted(dir(), { shut: 0o000 }, () =>
      listAll(openFolder(dir(), { config: { recursive: true } })),
    );

    expect(statesOf(listed)).toEqual({ 'a.txt': 'ready', 'shut/': 'folder.unreadable' });
    expect(itemOf(listed, 'shut/').parts).toEqual([]);
  });

  it('is reported once for a folder that shows its names but not its files', async () => {
    put(dir(), 'shut/b.txt');
    put(dir(), 'shut/c.txt');

    const listed = await restricted(dir(), { shut: 0o444 }, () =>
      listAll(openFolder(dir(), { config: { recursive: true } })),
    );

    expect(statesOf(listed)).toEqual({ 'shut/': 'folder.unreadable' });
  });

  it('keeps the files that wait in there from being taken for gone', async () => {
    put(dir(), 'shut/b.txt', '');
    put(dir(), 'c.txt', '');
    const folder = openFolder(dir(), { config: { recursive: true } });
    const open = openItems((await listAll(folder)).items);
    fs.rmSync(path.join(dir(), 'c.txt'));

    const listed = await restricted(dir(), { shut: 0o000 }, () => listAll(folder, { open }));

    expect(statesOf(listed)).toEqual({
      'shut/': 'folder.unreadable',
      'shut/b.txt': 'folder.unreadable',
    });
    expect(itemOf(listed, 'shut/b.txt')).toMatchObject({
      version: open[0]?.version,
      readiness: { observation: open.find((item) => item.key === 'shut/b.txt')?.observation },
    });
  });

  it('is put off for a single file, and the rest goes on', async () => {
    put(dir(), 'shut.txt');
    put(dir(), 'a.txt');

    const modes = { 'shut.txt': 0o000, 'a.txt': 0o644 };
    const listed = await restricted(dir(), modes, () => listAll(openFolder(dir())));

    expect(statesOf(listed)).toEqual({ 'a.txt': 'ready', 'shut.txt': 'source.denied' });
  });

  it('takes a file that is read-only', async () => {
    put(dir(), 'a.txt');

    const listed = await restricted(dir(), { 'a.txt': 0o444 }, () => listAll(openFolder(dir())));

    expect(statesOf(listed)).toEqual({ 'a.txt': 'ready' });
  });
});

describe('a root', () => {
  it('that is missing is a source that is away', async () => {
    const listing = listAll(openFolder(path.join(dir(), 'missing')));

    await expect(listing).rejects.toMatchObject({ kind: 'transient', code: 'source.away' });
  });

  it('that is a file is a setting to edit', async () => {
    const listing = listAll(openFolder(put(dir(), 'file')));

    await expect(listing).rejects.toMatchObject({ kind: 'config', code: 'folder.notFolder' });
  });

  it('that may not be read is a setting to edit', async () => {
    const root = path.join(dir(), 'shut');
    fs.mkdirSync(root);

    const listing = restricted(dir(), { shut: 0o000 }, () => listAll(openFolder(root)));

    await expect(listing).rejects.toMatchObject({ kind: 'config', code: 'folder.denied' });
  });

  it('that goes away during the listing does not make its files gone', async () => {
    put(dir(), 'in/a.txt');
    const root = path.join(dir(), 'in');
    const isKnown = () => {
      fs.rmSync(root, { recursive: true });
      return false;
    };

    await expect(listAll(openFolder(root), { isKnown })).rejects.toMatchObject({
      code: 'source.away',
    });
  });
});

describe('identity', () => {
  it('of a renamed file is the same under another key', async () => {
    put(dir(), 'a.txt');
    const before = await listAll(openFolder(dir()));
    fs.renameSync(path.join(dir(), 'a.txt'), path.join(dir(), 'b.txt'));
    const after = await listAll(openFolder(dir()));

    expect(after.items[0]?.key).toBe('b.txt');
    expect(after.items[0]?.fingerprint).toBe(before.items[0]?.fingerprint);
    expect(before.items[0]?.fingerprint).not.toBeNull();
  });

  it('of a new file is another one, though the system gives it the number of a deleted one', async () => {
    put(dir(), 'a.txt', 'x', 1_000);
    const before = await listAll(openFolder(dir()));
    fs.rmSync(path.join(dir(), 'a.txt'));
    put(dir(), 'b.txt', 'x', 2_000);
    const after = await listAll(openFolder(dir()));

    expect(after.items[0]?.fingerprint).not.toBe(before.items[0]?.fingerprint);
  });

  it('changes its version with the size and with the time', async () => {
    const versions = new Set<string>();
    for (const [content, mtime] of [
      ['x', 1],
      ['xy', 1],
      ['x', 2],
    ] as const) {
      put(dir(), 'a.txt', content, mtime);
      versions.add(itemOf(await listAll(openFolder(dir())), 'a.txt').version);
    }

    expect(versions.size).toBe(3);
  });

  it('tells a renamed file from a copy beside it', async () => {
    const { source } = openFolder(dir());
    put(dir(), 'a.txt');
    const { location } = itemOf(await listAll({ source }), 'a.txt');
    const signal = AbortSignal.timeout(60_000);

    expect(await source.stillThere(location, signal)).toBe(true);
    fs.renameSync(path.join(dir(), 'a.txt'), path.join(dir(), 'b.txt'));
    expect(await source.stillThere(location, signal)).toBe(false);
  });
});
