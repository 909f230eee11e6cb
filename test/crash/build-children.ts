// The programs of the crash suite as bundles, made once for each test file: they start in half the time of the sources,
// and they start some thousand times.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import product from '../../src-main/vite.config.ts';

const here = import.meta.dirname;
const cache = join(here, '../../node_modules/.cache/crash');

export type Children = { readonly folder: string; readonly remove: () => Promise<void> };

/** `folder` holds a `.js` for each program of this folder. */
export async function buildChildren(): Promise<Children> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'children-'));
  const { input = {}, ...rolldownOptions } = product.build?.rolldownOptions ?? {};
  const threads = Object.entries(input).filter(([name]) => name.startsWith('chunks/'));
  await build({
    ...product,
    configFile: false,
    logLevel: 'error',
    plugins: [],
    build: {
      ...product.build,
      outDir: folder,
      license: false,
      rolldownOptions: {
        ...rolldownOptions,
        // These programs await at their top level.
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        input: {
          child: join(here, 'child.ts'),
          'outbox-child': join(here, 'outbox-child.ts'),
          'store-child': join(here, 'store-child.ts'),
          ...Object.fromEntries(threads),
        },
      },
    },
  });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
