import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
// @ts-expect-error -- the starter, in plain JavaScript
import { electronProgram } from '../../src-main/electron/start.mjs';
import { useTempDir } from '../helpers/temp-dir.ts';

const find = electronProgram as (
  environment: Readonly<Record<string, string>>,
  packageDir: string,
) => string | undefined;
const dir = useTempDir();

describe("Electron's program", () => {
  it('is not there after a plain installation of the packages, and is not fetched', () => {
    mkdirSync(join(dir(), 'electron'));

    expect(find({}, join(dir(), 'electron'))).toBeUndefined();
  });

  it('is found where it was fetched to, and where the environment says', () => {
    const [own, other] = [join(dir(), 'electron'), join(dir(), 'other')];
    for (const folder of [join(own, 'dist'), other]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'electron.exe'), '');
    }
    writeFileSync(join(own, 'path.txt'), 'electron.exe');

    expect(find({}, own)).toBe(join(own, 'dist/electron.exe'));
    expect(find({ ELECTRON_OVERRIDE_DIST_PATH: other }, own)).toBe(join(other, 'electron.exe'));
  });
});
