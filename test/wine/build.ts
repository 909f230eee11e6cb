// Bundles each suite into one file that the Windows build of Node can run, with the shim in vitest's place.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'vite';
import { windowsPath } from './wine.ts';

const root = join(import.meta.dirname, '../..');

/** Suite → file in `outDir`, which must lie below the project, so that the packages are found. */
export async function bundleSuites(
  suites: readonly string[],
  outDir: string,
): Promise<ReadonlyMap<string, string>> {
  const input = Object.fromEntries(
    suites.map((suite) => [
      suite.replace(/^test\//, '').replaceAll(/[/.]/g, '-'),
      join(root, suite),
    ]),
  );
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [placesOfSuites()],
    resolve: { alias: { vitest: join(root, 'test/wine/vitest-shim.ts') } },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node22',
      minify: false,
      rolldownOptions: {
        input: {
          ...input,
          'chunks/disk-thread': join(root, 'src-main/core/files/threads/disk-thread.ts'),
          'chunks/health-thread': join(root, 'src-main/core/store/health-thread.ts'),
        },
        external: ['better-sqlite3', 'expect', 'fast-check'],
        output: {
          // A thread is looked for under its usual name.
          entryFileNames: ({ name }) => (name.startsWith('chunks/') ? '[name].js' : '[name].mjs'),
          chunkFileNames: 'chunks/[name]-[hash].mjs',
        },
      },
    },
    ssr: { noExternal: true, external: ['better-sqlite3', 'expect', 'fast-check'] },
  });
  writeFileSync(join(outDir, 'package.json'), '{"type":"module"}');
  // A suite that holds the starter of a thread itself looks beside itself.
  for (const thread of ['disk-thread.js', 'health-thread.js'])
    writeFileSync(join(outDir, thread), `import './chunks/${thread}';\n`);
  return new Map(
    suites.map((suite, index) => [suite, join(outDir, `${Object.keys(input)[index] ?? ''}.mjs`)]),
  );
}

/** Bundled, a suite still finds its fixtures where it lies: under Wine the disk of this machine is `Z:`. */
function placesOfSuites(): Plugin {
  return {
    name: 'places-of-suites',
    transform: (code, id) => {
      if (!id.startsWith(join(root, 'test/')) || !code.includes('import.meta.')) return null;
      return code
        .replaceAll('import.meta.dirname', JSON.stringify(windowsPath(dirname(id))))
        .replaceAll('import.meta.url', JSON.stringify(`file:///Z:${id}`));
    },
  };
}
