import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { browseFolders } from '#core/browse/browse-folders';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();
const look = (path: string, used: readonly string[] = []) =>
  browseFolders(path, {
    clock: fakeClock(),
    signal: new AbortController().signal,
    used,
    platform: 'linux',
  });

describe('browseFolders', () => {
  it('names the folders inside, never a file, hidden ones left out', async () => {
    for (const name of ['Factures 10', 'Factures 9', '.git']) mkdirSync(join(dir(), name));
    writeFileSync(join(dir(), 'secret.pdf'), 'x');

    const { folders, parent } = await look(dir());

    expect(folders.map((one) => one.name)).toEqual(['Factures 9', 'Factures 10']);
    expect(parent).toBe(join(dir(), '..'));
  });

  it('follows a link to a folder and leaves one that leads nowhere', async () => {
    mkdirSync(join(dir(), 'real'));
    symlinkSync(join(dir(), 'real'), join(dir(), 'way'));
    symlinkSync(join(dir(), 'nowhere'), join(dir(), 'broken'));

    const { folders } = await look(dir());

    expect(folders.map((one) => one.name)).toEqual(['real', 'way']);
  });

  it('begins with the places people start from, used folders among them', async () => {
    const { path, roots, folders } = await look('', ['/srv/scan', '/srv/scan']);

    expect(path).toBe('');
    expect(folders).toEqual([]);
    expect(roots.map((one) => one.path)).toEqual(expect.arrayContaining(['/', '/srv/scan']));
    expect(roots.filter((one) => one.path === '/srv/scan')).toHaveLength(1);
  });

  it('refuses a path that begins nowhere, and says so when a folder is not there', async () => {
    await expect(look('scan')).rejects.toMatchObject({ code: 'path.notAbsolute', field: 'path' });
    await expect(look(join(dir(), 'none'))).rejects.toMatchObject({ code: 'browse.missing' });
  });

  it('lists no more than a person can look through', async () => {
    for (let index = 0; index < 2001; index += 1) mkdirSync(join(dir(), `d${index}`));

    const { folders, isCut } = await look(dir());

    expect(folders).toHaveLength(2000);
    expect(isCut).toBe(true);
  });

  it('waits for no drive of a share that is away, and names it all the same', async () => {
    const clock = fakeClock();
    const away = (path: string): Promise<boolean> =>
      path === 'S:\\' ? new Promise(() => undefined) : Promise.resolve(path === 'C:\\');

    const looked = browseFolders('', {
      ...{ clock, signal: new AbortController().signal, used: [], platform: 'win32' },
      leadsToFolder: away,
    });
    await clock.advance(2000);

    const drives = (await looked).roots.filter(({ path }) => path.endsWith(':\\'));
    expect(drives.map(({ name }) => name)).toEqual(['C:', 'S:']);
  });
});
