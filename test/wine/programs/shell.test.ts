// The built desktop program over Electron's stand-in, by the Windows build of Node: its core, its data folder, its paths and its
// door for scripts are those of Windows; only Electron is not there.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useTempDir } from '../../helpers/temp-dir.ts';
import { nodeProgram, prepareWine, runInWine, windowsPath } from '../wine.ts';

const dir = useTempDir();
const child = join(import.meta.dirname, '../../electron/entry-child.ts');
beforeAll(prepareWine);

const start = async (...words: readonly string[]) => {
  const args = [windowsPath(child), ...words];
  const { code, out, err } = await runInWine(nodeProgram, args, { folder: join(dir(), 'said') });
  if (code !== 0 || out === '') throw new Error(`exit ${code}\n${out}\n${err}`);
  return JSON.parse(out) as Readonly<Record<string, unknown>>;
};

describe('the desktop program on Windows', () => {
  it('starts, is at rest, and gives its data folder back', async () => {
    const data = join(dir(), 'data');
    const { image, tooltip, errorBoxes } = await start('--data', windowsPath(data));

    expect(image).toMatch(/\\icons\\tray\\idle-light\.ico$/);
    expect([tooltip, errorBoxes]).toEqual(['Lanceur COLD : au repos', []]);
    expect(readdirSync(data)).not.toContain('api-token');
    const again = await start('--headless', '--data', windowsPath(data), '--json', 'status');
    expect(again).toMatchObject({ condition: 'idle', launchers: [] });
  });

  it('says in a box why it cannot start', async () => {
    writeFileSync(join(dir(), 'file'), '');

    const { errorBoxes, exitCode } = await start('--data', windowsPath(join(dir(), 'file')));

    expect(errorBoxes).toEqual([expect.stringContaining('dossier de données')]);
    expect(exitCode).toBe(1);
  });
});
