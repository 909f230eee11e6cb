// The boundaries of the architecture, shown by planting what must not pass.
import { ESLint } from 'eslint';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

const folders = [
  'src-main/contract',
  'src-main/core',
  'src-main/core/pipeline',
  'src-main/core/store',
  'src-main/headless',
  'src-main/electron',
  'src-renderer',
] as const;

/** Lints the code as if it lay in the folder; nothing is written there. */
async function rulesBroken(
  folder: (typeof folders)[number],
  code: string,
): Promise<(string | null)[]> {
  const filePath = join(folder, 'zz-planted.ts');
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: {
      languageOptions: {
        parserOptions: {
          projectService: { allowDefaultProject: folders.map((one) => `${one}/zz-planted.ts`) },
        },
      },
    },
  });
  const [result] = await eslint.lintText(code, { filePath: join(root, filePath) });
  return (result?.messages ?? []).map((message) => message.ruleId);
}

const zone = 'import-x/no-restricted-paths';

describe('boundaries', () => {
  it.each([
    ['src-main/contract', `import { newId } from '../core/new-id.ts';\nexport const x = newId;`],
    ['src-main/core', `import { main } from '../headless/main.ts';\nexport const x = main;`],
    [
      'src-main/headless',
      `import { z } from '../../test/helpers/temp-dir.ts';\nexport const x = z;`,
    ],
    ['src-main/electron', `import { runCli } from '../headless/cli.ts';\nexport const x = runCli;`],
    [
      'src-renderer',
      `import { newId } from '../src-main/core/new-id.ts';\nexport const x = newId;`,
    ],
  ] as const)('reports an import from %s over its border', async (folder, code) => {
    expect(await rulesBroken(folder, code)).toContain(zone);
  });

  it.each(['electron', 'better-sqlite3', 'imapflow', 'node-schedule'])(
    'reports %s imported outside its place in the core',
    async (name) => {
      const code = `import * as x from '${name}';\nexport const y = x;`;

      expect(await rulesBroken('src-main/core/pipeline', code)).toContain('no-restricted-imports');
    },
  );

  it('reports a value of Electron outside the entry of the desktop shell, and lets types through', async () => {
    const value = `import { app } from 'electron';\nexport const y = app;`;
    const type = `import type { App } from 'electron';\nexport type Y = App;`;

    expect(await rulesBroken('src-main/electron', value)).toContain(
      '@typescript-eslint/no-restricted-imports',
    );
    expect(await rulesBroken('src-main/electron', type)).toEqual([]);
    for (const folder of ['src-main/core', 'src-main/headless'] as const) {
      expect(await rulesBroken(folder, type)).toContain('no-restricted-imports');
    }
  });

  it('reports the updater outside the file that loads it', async () => {
    const code = `import x from 'electron-updater';\nexport const y = x;`;

    expect(await rulesBroken('src-main/electron', code)).toContain('no-restricted-imports');
  });

  it('lets the store import better-sqlite3', async () => {
    const code = `import Database from 'better-sqlite3';\nexport const y = Database;`;

    expect(await rulesBroken('src-main/core/store', code)).toEqual([]);
  });

  it('reports an any and a cast outside the tests', async () => {
    const code = `export const y = (x: any): string => x as string;`;

    expect(await rulesBroken('src-main/core/pipeline', code)).toEqual(
      expect.arrayContaining([
        '@typescript-eslint/no-explicit-any',
        '@typescript-eslint/consistent-type-assertions',
      ]),
    );
  });
});
