import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../helpers/temp-dir.ts';
import { LOOK_AT_YOUNG_SPACE } from '../helpers/young-space.ts';

const root = join(import.meta.dirname, '../..');
const starter = join(root, 'dist/lanceur.cjs');

/** A Node of this machine that is too old, outside of the project; undefined where there is none. */
function findOldNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const outside = folders.filter((folder) => !folder.includes('node_modules'));
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return [...outside, '/usr/local/bin', '/usr/bin']
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path) && majorOf(path) < 24);
}

function majorOf(node: string): number {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return Number(/^v(\d+)/.exec(stdout)?.[1] ?? Number.POSITIVE_INFINITY);
}

const start = (node: string, words: readonly string[], locale: string) =>
  spawnSync(node, [starter, ...words], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: locale },
  });

const oldNode = findOldNode();

describe('the built command', () => {
  it('was built before these tests (npm run build)', () => {
    expect(existsSync(starter)).toBe(true);
  });

  it('is written in a JavaScript that the oldest Node can parse', () => {
    const text = readFileSync(starter, 'utf8').replace(/\/\/.*$/gm, '');

    expect(text).not.toMatch(/\b(?:const|let|class|async|await|import)\b|=>|`|\?\.|\?\?/);
  });

  it('tells its version on a Node that will do', () => {
    const { status, stdout } = start(process.execPath, ['--version'], 'C');

    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('compiles no schemas to code', async () => {
    const folder = await tempDir();
    const hook = join(folder, 'count.cjs');
    const count = join(folder, 'count.txt');
    // zod's way to make code of a schema. (better-sqlite3 makes its rows by calling `Function` without `new`.)
    writeFileSync(
      hook,
      `let count = 0;
      const construct = (target, words) => ((count += 1), Reflect.construct(target, words));
      globalThis.Function = new Proxy(Function, { construct });
      process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(count)}, String(count)));`,
    );
    const words = [starter, 'launcher', 'list', '--data', join(folder, 'data')];
    const { status } = spawnSync(process.execPath, ['--require', hook, ...words]);

    expect(status).toBe(0);
    expect(readFileSync(count, 'utf8')).toBe('0');
  });

  it('has room for short-lived objects when it is loaded, and takes no more', async () => {
    const folder = await tempDir();
    const hook = join(folder, 'look.cjs');
    const found = join(folder, 'found.json');
    writeFileSync(
      hook,
      `${LOOK_AT_YOUNG_SPACE}
      process.on('exit', () => {
        const looks = [lookAtYoungSpace(), lookAtYoungSpace()];
        require('node:fs').writeFileSync(${JSON.stringify(found)}, JSON.stringify(looks));
      });`,
    );
    const words = [starter, 'launcher', 'list', '--data', join(folder, 'data')];
    const { status } = spawnSync(process.execPath, ['--require', hook, ...words]);

    expect(status).toBe(0);
    expect(JSON.parse(readFileSync(found, 'utf8'))).toEqual([4, 4]);
  });

  it('keeps what was compiled for this version alone', async () => {
    const caches = await tempDir();
    const kept = join(caches, 'lanceur-cold/compiled');
    mkdirSync(join(kept, '0.0.1'), { recursive: true });
    const env = { ...process.env, LOCALAPPDATA: caches };
    const { stdout } = spawnSync(process.execPath, [starter, '--version'], {
      encoding: 'utf8',
      env,
    });

    expect(readdirSync(kept)).toEqual([stdout.trim()]);
    expect(readdirSync(join(kept, stdout.trim()))).not.toEqual([]);
  });
});

describe.skipIf(oldNode === undefined)('on a Node that is too old (none found: skipped)', () => {
  it.each([
    ['C.UTF-8', /^Lanceur COLD needs Node\.js 24 or newer; this one is \d+\.\d+\.\d+\..*\n$/],
    ['fr_FR.UTF-8', /^Lanceur COLD demande Node\.js 24 ou plus récent ; celui-ci est .*\n$/],
  ])('says so in one line and exits with 2 (%s)', (locale, line) => {
    const { status, signal, stdout, stderr } = start(oldNode ?? '', ['status'], locale);

    expect({ status, signal, stdout }).toEqual({ status: 2, signal: null, stdout: '' });
    expect(stderr).toMatch(line);
  });
});
