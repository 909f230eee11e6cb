// Bundles the headless shell: one small CommonJS starter any Node can parse, and the program, cut so that each
// command loads only what it uses. better-sqlite3 stays outside: it finds its prebuilt binary beside itself.
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import manifest from '../package.json' with { type: 'json' };
import en from '../resources/locales/en.json' with { type: 'json' };
import fr from '../resources/locales/fr.json' with { type: 'json' };

const root = import.meta.dirname;

export default defineConfig({
  root,
  build: {
    ssr: true,
    outDir: '../dist',
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      input: { 'lanceur-main': join(root, 'headless/main.ts') },
      external: ['better-sqlite3'],
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true, external: ['better-sqlite3'] },
  plugins: [starter()],
});

/** `dist/lanceur.cjs`: headless/starter.cjs with its sentences; copied, not bundled, so that it stays parsable. */
function starter(): Plugin {
  const values: Readonly<Record<string, string>> = {
    wanted: /\d+/.exec(manifest.engines.node)?.[0] ?? '',
    fr: fr.cli.nodeTooOld,
    en: en.cli.nodeTooOld,
  };
  const quoted = (text: string): string => JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'");
  return {
    name: 'lanceur-starter',
    generateBundle() {
      const source = readFileSync(join(root, 'headless/starter.cjs'), 'utf8').replace(
        /@(wanted|fr|en)@/g,
        (_, name: string) => quoted(values[name] ?? ''),
      );
      this.emitFile({
        type: 'asset',
        fileName: 'lanceur.cjs',
        source: `#!/usr/bin/env node\n${source}`,
      });
    },
    writeBundle: ({ dir = '' }) => {
      chmodSync(join(dir, 'lanceur.cjs'), 0o755);
    },
  };
}
