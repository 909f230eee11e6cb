// A timed child bundled as the program is, with its threads beside it, and started with the same settings of V8: read as
// TypeScript it would pay for the stripping, in time and memory.
import { basename, join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '../..');
const core = join(root, 'src-main/core');
const outDir = join(root, 'node_modules/.cache/bench');
const outside = ['better-sqlite3', 'electron'];

/** For Node, before the path of a bundle. */
export const V8_SETTINGS = ['--require', join(import.meta.dirname, 'v8-settings.cjs')];

/** `script`: below `test`, without its ending. Resolves with the path of the bundle. */
export async function bundleChild(script: string): Promise<string> {
  const name = basename(script);
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    ssr: { noExternal: true, external: outside },
    build: {
      ssr: true,
      outDir: join(outDir, name),
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        input: {
          // Beside its threads, as the program's own chunks are.
          [`chunks/${name}`]: join(root, 'test', `${script}.ts`),
          'chunks/disk-thread': join(core, 'files/threads/disk-thread.ts'),
          'chunks/health-thread': join(core, 'store/health-thread.ts'),
          'chunks/container-thread': join(core, 'mail/opener/container-thread.ts'),
        },
        external: outside,
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  });
  return join(outDir, name, `chunks/${name}.js`);
}
