// The per-folder tsconfigs keep the contract free of Node and of the DOM, shown by planting what must not compile.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, describe, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

/** What the compiler says of the code under the contract's own settings. */
function compile(code: string): string {
  const place = mkdtempSync(join(tmpdir(), 'planted-'));
  try {
    writeFileSync(join(place, 'planted.ts'), code);
    const config = {
      extends: join(root, 'src-main/contract/tsconfig.json'),
      compilerOptions: { rootDir: place, outDir: join(place, 'out') },
      include: [join(place, 'planted.ts')],
    };
    writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    return spawnSync(process.execPath, [tsc, '-p', place], { cwd: root, encoding: 'utf8' }).stdout;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

describe('contract', () => {
  it.each([
    ['process', 'export const y = process.pid;'],
    ['window', 'export const y = window.name;'],
  ])('does not compile with %s in it', (_name, code) => {
    expect(compile(code)).toContain('planted.ts');
  });

  it('compiles as it is', () => {
    expect(compile('export const y = 1;')).toBe('');
  });
});
