import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FolderConfig } from '#contract/model/source-config';
import { useTempDir } from '../../../helpers/temp-dir.ts';
import { openFolder, put, treeOf } from './folder-fixture.ts';
import { restricted } from '../../../helpers/restricted.ts';
import { describeWith, OTHER_VOLUME } from '../../../servers/required.ts';

const dir = useTempDir();
const signal = AbortSignal.timeout(60_000);

const check = (root: string, config: Partial<FolderConfig> = {}) =>
  openFolder(root, { config }).source.check(signal);

/** Step → `ok`, the warning's code, or the error's code. */
const said = async (steps: ReturnType<typeof check>) =>
  Object.fromEntries(
    (await steps).map(({ step, ok, warning, error }) => [
      step,
      error?.code ?? warning ?? (ok ? 'ok' : 'not ok'),
    ]),
  );

describe('the test of a folder launcher', () => {
  it('tries every step that its runs need', async () => {
    put(dir(), 'a.txt');
    put(dir(), 'b.txt');
    const steps = await check(dir());

    expect(steps.map(({ step, ok }) => [step, ok])).toEqual([
      ['exists', true],
      ['isFolder', true],
      ['list', true],
      ['read', true],
      ['mayMove', true],
      ['archive', true],
    ]);
    expect(steps.find(({ step }) => step === 'list')?.params).toEqual({ count: 2, unreadable: 0 });
  });

  it('leaves nothing behind, no archive folder either', async () => {
    put(dir(), 'a.txt');
    const archiveFolder = path.join(dir(), 'deep/er/archive');
    await check(dir(), { fate: { kind: 'archive', archiveFolder } });

    expect(fs.readdirSync(dir(), { recursive: true })).toEqual(['a.txt']);
  });

  it('keeps an archive folder that was there', async () => {
    put(dir(), '_archive/2026-01-05/a.txt');
    await check(dir());

    expect(Object.keys(treeOf(dir()))).toEqual(['_archive/2026-01-05/a.txt']);
  });

  it('tries to write only where a fate needs it', async () => {
    put(dir(), 'a.txt');
    const leave = { fate: { kind: 'leave' } } as const;
    const remove = { fate: { kind: 'delete', afterDays: 0 } } as const;
    const rejectedFate = { kind: 'move', folder: path.join(dir(), 'rejets') } as const;

    expect(Object.keys(await said(check(dir(), leave)))).toEqual([
      'exists',
      'isFolder',
      'list',
      'read',
    ]);
    expect(await said(check(dir(), remove))).toMatchObject({ mayDelete: 'ok' });
    expect(await said(check(dir(), { ...leave, rejectedFate }))).toMatchObject({
      mayMove: 'ok',
      rejected: 'ok',
    });
  });

  it('says that a folder is missing, and tries nothing further', async () => {
    expect(await said(check(path.join(dir(), 'missing')))).toEqual({ exists: 'source.away' });
  });

  it('says that a folder is a file', async () => {
    expect(await said(check(put(dir(), 'a.txt')))).toEqual({
      exists: 'ok',
      isFolder: 'folder.notFolder',
    });
  });

  it('names the field of a setting that cannot work', async () => {
    const [step] = await check(dir(), { fate: { kind: 'archive', archiveFolder: dir() } });

    expect(step).toMatchObject({
      step: 'exists',
      ok: false,
      error: { kind: 'config', code: 'folder.ownIsRoot', field: 'source.fate.archiveFolder' },
    });
  });

  it('warns where there is no file to try', async () => {
    expect(await said(check(dir()))).toMatchObject({ list: 'ok', read: 'check.noFile' });
  });

  it('warns of sub-folders that cannot be read', async () => {
    put(dir(), 'shut/a.txt');

    expect(
      await restricted(dir(), { '': 0o777, shut: 0o000 }, () =>
        said(check(dir(), { recursive: true })),
      ),
    ).toMatchObject({
      list: 'check.unreadable',
    });
  });

  it('says that files may not be read, and goes on', async () => {
    put(dir(), 'a.txt');

    expect(
      await restricted(dir(), { '': 0o777, 'a.txt': 0o000 }, () => said(check(dir()))),
    ).toMatchObject({
      read: 'source.denied',
      mayMove: 'ok',
    });
  });

  it('says that files may not be deleted', async () => {
    put(dir(), 'a.txt');

    const config: Partial<FolderConfig> = { fate: { kind: 'delete', afterDays: 0 } };
    expect(await restricted(dir(), { '': 0o555 }, () => said(check(dir(), config)))).toMatchObject({
      read: 'ok',
      mayDelete: 'source.denied',
    });
  });

  it('says that the archive cannot be written', async () => {
    put(dir(), 'a.txt');
    put(dir(), '_archive', 'a file');

    expect(await said(check(dir()))).toMatchObject({ mayMove: 'ok', archive: 'archive.notFolder' });
  });

  it('stops when asked to', async () => {
    const { source } = openFolder(dir());

    await expect(source.check(AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describeWith(['another volume'], 'with an archive on another volume', () => {
  it('warns that files will be copied', async () => {
    const archiveFolder = path.join(OTHER_VOLUME, `cold-test-check-${process.pid}`);

    expect(await said(check(dir(), { fate: { kind: 'archive', archiveFolder } }))).toMatchObject({
      archive: 'check.otherVolume',
    });
    expect(fs.existsSync(archiveFolder)).toBe(false);
  });
});
