// The entry of the built program (npm run build), which nothing else of these tests runs: what it may wait for, and when.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { useTempDir } from '../helpers/temp-dir.ts';

const dir = useTempDir();
const child = join(import.meta.dirname, 'entry-child.ts');
const start = async (...words: readonly string[]) => {
  const env = { ...process.env, LANG: 'fr_FR.UTF-8', LC_ALL: '' };
  const run = promisify(execFile)(process.execPath, [child, ...words], { env, timeout: 30_000 });
  return JSON.parse((await run).stdout) as Readonly<Record<string, unknown>>;
};

describe('the entry of the program', () => {
  it('is evaluated to its end before Electron is ready, and has said what must be said before', async () => {
    const { early, image, tooltip, errorBoxes } = await start('--data', join(dir(), 'data'));

    expect(early).toEqual({ isSandboxed: true, schemes: 1, windows: 0 });
    expect(image).toContain('idle-');
    expect([tooltip, errorBoxes]).toEqual(['Lanceur COLD : au repos', []]);
  });

  it('says in a box why not even the shell can start, and ends', async () => {
    writeFileSync(join(dir(), 'file'), '');

    const { errorBoxes, exitCode } = await start('--data', join(dir(), 'file'));

    expect(errorBoxes).toEqual([expect.stringContaining('dossier de données')]);
    expect(exitCode).toBe(1);
  });

  it('is the command too, after --headless', async () => {
    const status = await start('--headless', '--data', join(dir(), 'data'), '--json', 'status');

    expect(status).toMatchObject({ condition: 'idle', launchers: [] });
  });
});
