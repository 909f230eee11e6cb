import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { launcherDraft } from '../../helpers/make-config.ts';
import { makeCore } from '../../helpers/make-core.ts';
import { tempDir, useTempDir } from '../../helpers/temp-dir.ts';
import { tinyVolume } from '../../helpers/tiny-volume.ts';

const dir = useTempDir();

/** RFC 4180 with `;`, as a spreadsheet reads it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  const row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text.charAt(at + 1) === '"') cell += text.charAt((at += 1));
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ';' || char === '\n') {
      row.push(cell);
      cell = '';
      if (char === '\n') rows.push(row.splice(0));
    } else if (char !== '\r') cell += char;
  }
  expect([quoted, cell, row]).toEqual([false, '', []]);
  return rows;
}

async function setUp() {
  const core = await makeCore({ dir: dir() });
  const job = await core.job('out');
  const source = core.sources.at('/in');
  const launcher = await core.call('launchers.save', launcherDraft('/in', job));
  const file = join(dir(), 'history.csv');
  const read = (): Record<string, string>[] => {
    const text = readFileSync(file, 'utf8');
    expect(text.startsWith('\uFEFF')).toBe(true);
    const [head, ...rows] = parseCsv(text.slice(1));
    return rows.map((row) => Object.fromEntries(head!.map((name, index) => [name, row[index]!])));
  };
  return { core, source, launcher, job, file, read };
}

describe('the exported history', () => {
  it('is the one of before where its disk is full, and leaves nothing else', async (context) => {
    const { core, source, launcher } = await setUp();
    const folder = join(await tempDir(), 'volume');
    const volume = tinyVolume(folder, '1m');
    if (volume === undefined) {
      context.skip('mounting a small volume needs root and a kernel that lets it');
      return;
    }
    source.put({ key: 'a.pdf' });
    await core.run(launcher);
    const path = join(folder, 'history.csv');
    await core.call('history.export', { path });
    const before = readFileSync(path, 'utf8');
    source.put({ key: 'b.pdf' });
    await core.run(launcher);
    volume.fill();

    const exported = core.call('history.export', { path });

    await expect(exported).rejects.toMatchObject({
      code: 'export.cannotWrite',
      params: { reason: 'ENOSPC' },
    });
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['.filler', 'history.csv']);
  });

  it('reads back with quotes, separators and line breaks as they were', async () => {
    const { core, source, launcher, file, read } = await setUp();
    const titles = ['say "hello"; twice', 'two\r\nlines', 'l’été à Évreux', '', '"', ';'];
    for (const [index, title] of titles.entries()) {
      source.put({ key: `${index}`, title, files: { [`${index}.pdf`]: 'x' } });
    }
    await core.run(launcher);

    const { rows } = await core.call('history.export', { path: file });

    expect(rows).toBe(titles.length);
    // A carriage return alone is no line break of the format: the parser above drops it outside of cells only.
    expect(read().map((row) => row['title'])).toEqual(titles);
  });

  it.each(['=1+1', '+33 1', '-2', '@SUM(A1)', '\tx'])(
    'defuses the cell %j, which a spreadsheet would run',
    async (title) => {
      const { core, source, launcher, file, read } = await setUp();
      source.put({ key: 'a', title });
      await core.run(launcher);

      await core.call('history.export', { path: file });

      expect(read()[0]?.['title']).toBe(`'${title}`);
    },
  );

  it('names launcher and COLD job, one row per document, and rows for what has none', async () => {
    const { core, source, launcher, job, file, read } = await setUp();
    source.put({ key: 'mail', files: { 'a.pdf': '12345', 'b.pdf': '2' } });
    source.put({ key: 'bad' });
    source.fail('fetch:bad');
    await core.run(launcher);

    await core.call('history.export', { path: file });

    const { description } = launcher;
    const rows = read();
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      ...{ launcher: description, job: job.name, state: 'settled', title: 'mail' },
      ...{ original_name: 'a.pdf', name: 'a.pdf', size_bytes: '5' },
    });
    expect(rows[2]).toMatchObject({ title: 'bad', state: 'deferred', name: '', job: '' });
    expect(rows[2]).toMatchObject({ reason_code: 'source.lost' });
  });

  it('gives reasons in the language of the program, and their codes', async () => {
    const { core, source, launcher, file, read } = await setUp();
    await core.call('settings.save', { ...(await core.call('settings.get', {})), language: 'fr' });
    await core.call('launchers.save', { ...launcher, affiliations: [] });
    source.put({ key: 'a', files: { 'a.pdf': 'x' } });
    await core.run(launcher);

    await core.call('history.export', { path: file });

    expect(read()[0]).toMatchObject({
      reason: expect.stringContaining('Aucune affiliation ne correspond à « a.pdf »') as unknown,
      reason_code: 'route.none',
    });
  });

  it('of one launcher leaves the others out', async () => {
    const { core, source, launcher, job, file, read } = await setUp();
    const other = await core.call('launchers.save', launcherDraft('/other', job));
    source.put({ key: 'a' });
    core.sources.at('/other').put({ key: 'b' });
    await core.run(launcher);
    await core.run(other);

    await core.call('history.export', { path: file, launcherId: other.id });

    expect(read().map((row) => row['title'])).toEqual(['b']);
  });

  it('is written while launchers run, whatever its length', async () => {
    const { core, source, launcher, file, read } = await setUp();
    for (let i = 0; i < 1200; i += 1) source.put({ key: `${i}`.padStart(4, '0'), files: {} });
    await core.run(launcher);
    const late = core.sources.at('/late');
    const other = await core.call('launchers.save', launcherDraft('/late', undefined));
    for (let i = 0; i < 200; i += 1) late.put({ key: `${i}` });

    const [, run] = await Promise.all([
      core.call('history.export', { path: file, launcherId: launcher.id }),
      core.run(other),
    ]);

    expect(run.counts.unrouted).toBe(200);
    const titles = read().map((row) => row['title']);
    expect(titles).toEqual([...titles].sort());
    expect(titles).toHaveLength(1200);
  });

  it('says where it cannot be written', async () => {
    const { core } = await setUp();
    writeFileSync(join(dir(), 'file'), '');
    const path = join(dir(), 'file', 'history.csv');

    const exported = core.call('history.export', { path });

    await expect(exported).rejects.toMatchObject({
      ...{ kind: 'config', code: 'export.cannotWrite', field: 'path' },
      params: { path, reason: 'ENOTDIR' },
    });
  });
});
