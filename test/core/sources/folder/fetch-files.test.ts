import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FolderFate } from '#contract/model/fate';
import { useTempDir } from '../../../helpers/temp-dir.ts';
import { fetchOrder, listAll, noteIntake, openFolder, put } from './folder-fixture.ts';

const dir = useTempDir();
const signal = AbortSignal.timeout(60_000);

/** Lists, lets `meanwhile` happen, fetches all. */
async function fetchAfter(meanwhile: () => void, fate: FolderFate = { kind: 'leave' }) {
  const folder = openFolder(dir(), { config: { fate } });
  const { items } = await listAll(folder);
  meanwhile();
  const { intake, taken } = noteIntake();
  await folder.source.fetch(items.map(fetchOrder), intake, signal);
  return taken;
}
const nothing = () => undefined;

describe('fetching', () => {
  it('hands over each file with its size and time', async () => {
    const file = put(dir(), 'a.txt', 'text', 1_700_000_000.5);

    expect(await fetchAfter(nothing)).toMatchObject({
      files: [{ path: file, sizeBytes: 4, mtimeMs: 1_700_000_000_500 }],
      failed: [],
      done: 1,
    });
  });

  it('lets a link stand in for a copy only where the file is deleted at once', async () => {
    put(dir(), 'a.txt');
    const mayLink = async (fate: FolderFate) => (await fetchAfter(nothing, fate)).files[0]?.mayLink;

    expect(await mayLink({ kind: 'delete', afterDays: 0 })).toBe(true);
    expect(await mayLink({ kind: 'delete', afterDays: 7 })).toBe(false);
    expect(await mayLink({ kind: 'archive', archiveFolder: '' })).toBe(false);
    expect(await mayLink({ kind: 'leave' })).toBe(false);
  });

  it('never lets a file of the archive be linked', async () => {
    const file = put(dir(), '_archive/2026-01-04/a.txt', 'done');
    const { size: sizeBytes, mtimeMs } = fs.statSync(file);
    const location = JSON.stringify({ path: file, sizeBytes, mtimeMs, ino: '1', archived: true });
    const folder = openFolder(dir(), { config: { fate: { kind: 'delete', afterDays: 0 } } });
    const open = [{ key: 'a.txt', version: '4:1', location, observation: null, replay: true }];
    const { items } = await listAll(folder, { open });
    const { intake, taken } = noteIntake();
    await folder.source.fetch(items.map(fetchOrder), intake, signal);

    expect(taken.files).toMatchObject([{ path: file, mayLink: false }]);
  });

  it.each([
    ['vanished', 'file.gone', (file: string) => fs.rmSync(file)],
    ['grew', 'file.changed', (file: string) => fs.appendFileSync(file, 'more')],
    ['was written anew', 'file.changed', (file: string) => fs.utimesSync(file, 5, 5)],
    [
      'became a folder',
      'file.changed',
      (file: string) => {
        fs.rmSync(file);
        fs.mkdirSync(file);
      },
    ],
  ])('forgets a file that %s meanwhile, and goes on', async (_what, code, change) => {
    const file = put(dir(), 'a.txt', 'text', 1_000);
    put(dir(), 'b.txt', 'text', 2_000);

    const taken = await fetchAfter(() => {
      change(file);
    });

    expect(taken.failed).toMatchObject([{ kind: 'gone', code }]);
    expect(taken.files).toMatchObject([{ path: path.join(dir(), 'b.txt') }]);
  });

  it('refuses an empty file with its reason', async () => {
    put(dir(), 'a.txt', '');

    expect(await fetchAfter(nothing)).toMatchObject({
      files: [],
      failed: [{ kind: 'refused', code: 'file.empty' }],
    });
  });

  it('says that the source is away when its root is', async () => {
    put(dir(), 'a.txt');

    await expect(
      fetchAfter(() => {
        fs.rmSync(dir(), { recursive: true });
      }),
    ).rejects.toMatchObject({ code: 'source.away' });
  });
});
