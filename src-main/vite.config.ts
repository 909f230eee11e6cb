// Bundles both shells from one core, cut so that each command loads only what it uses: the headless one behind a small
// CommonJS starter that any Node can parse, the desktop one for Electron. better-sqlite3 stays outside: it finds its prebuilt
// binary beside itself. The licences of everything inside are gathered into one file.
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import manifest from '../package.json' with { type: 'json' };
import en from '../resources/locales/en.json' with { type: 'json' };
import fr from '../resources/locales/fr.json' with { type: 'json' };

const root = import.meta.dirname;

// A file costs a third of a millisecond to find and load, so what is always wanted together lies in one, each group with all that it
// imports. What a thread uses lies apart from what it does not: a thread has little memory.
const together = (
  [
    [
      'disk',
      /core\/(?:errors|files\/(?:disk-calls|lanes|name-parts|temp-name|threads\/\w+-jobs?)|mail\/containers\/byte-source)\.ts$/,
    ],
    ['zod', /node_modules\/zod\/|contract\/zod-setup\.ts$/],
    ['envelope', /contract\/model\/envelope\.ts$/],
    ['command', /headless\/run-process\.ts$/],
    ['client', /headless\/(?:session|api-client)\.ts$/],
    ['core', /(?:core\/create-core|headless\/commands\/run|headless\/local-session)\.ts$/],
  ] as const
).map(([name, test], index, { length }) => ({ name, test, priority: length - index }));

export default defineConfig({
  root,
  build: {
    ssr: true,
    outDir: '../dist',
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    license: { fileName: 'third-party-licences.md' },
    rolldownOptions: {
      input: {
        'lanceur-main': join(root, 'headless/main.ts'),
        // The same command inside the desktop program.
        'lanceur-embedded': join(root, 'headless/run-process.ts'),
        'desktop-main': join(root, 'electron/main.ts'),
        // A thread is a program of its own; it is looked for beside the chunk that starts it.
        'chunks/disk-thread': join(root, 'core/files/threads/disk-thread.ts'),
        'chunks/health-thread': join(root, 'core/store/health-thread.ts'),
        'chunks/container-thread': join(root, 'core/mail/opener/container-thread.ts'),
      },
      external: ['better-sqlite3', 'electron'],
      preserveEntrySignatures: 'strict',
      output: {
        format: 'cjs',
        strict: true,
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        codeSplitting: { groups: together },
      },
    },
  },
  ssr: { noExternal: true, external: ['better-sqlite3', 'electron'] },
  plugins: [commonJs(), lazyLibraries(), starter(), plainAscii()],
});

/**
 * What imapflow imports for what we seldom or never ask of it (bodies, proxies, its own log) runs when it is first used: alone
 * the tables of all character sets take as long as signing in. A name that it does not import from there fails the build.
 */
function lazyLibraries(): Plugin {
  const libraries: Readonly<Record<string, string>> = {
    pino: 'default',
    socks: 'SocksClient',
    libmime: 'default',
    'encoding-japanese': 'default',
    '@zone-eu/mailsplit': 'Headers',
    '@zone-eu/mailsplit/lib/flowed-decoder.js': 'default',
  };
  const mark = '\0lazy:';
  return {
    name: 'lazy-libraries',
    enforce: 'pre',
    async resolveId(source, importer) {
      const name = libraries[source];
      if (name === undefined || !/node_modules[\\/]imapflow[\\/]/.test(importer ?? '')) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found === null ? null : `${mark}${name}:${found.id}`;
    },
    load(id) {
      if (!id.startsWith(mark)) return null;
      const [name = '', ...path] = id.slice(mark.length).split(':');
      return `
        let loaded;
        const load = () => {
          if (loaded === undefined) {
            const library = require(${JSON.stringify(path.join(':'))});
            loaded = library.${name} ?? library;
          }
          return loaded;
        };
        const lazy = new Proxy(function () {}, {
          get: (_, key) => Reflect.get(load(), key),
          apply: (_, self, words) => Reflect.apply(load(), self, words),
          construct: (_, words) => Reflect.construct(load(), words),
        });
        export { lazy as ${name} };`;
    },
  };
}

/** The package says that its files are modules; these are not: as CommonJS a start takes a tenth less, and 8 MB less memory. */
function commonJs(): Plugin {
  return {
    name: 'common-js',
    generateBundle() {
      this.emitFile({
        type: 'asset',
        fileName: 'package.json',
        source: '{ "type": "commonjs" }\n',
      });
    },
  };
}

/**
 * Letters beyond ASCII as escapes: V8 keeps the text of every chunk it has loaded, and one typographic quote makes it take
 * two bytes a character. An escape means the same in strings, templates, patterns and comments.
 */
function plainAscii(): Plugin {
  const asEscape = (unit: string): string =>
    `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return {
    name: 'plain-ascii',
    // Last of all: what comes after may write the letters out again.
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        // With the backslash before it, which is taken away where the letter did not need it.
        if (chunk.type !== 'chunk') continue;
        chunk.code = chunk.code.replace(/\\?[^\0-\x7f]|\\[\0-\x7f]/g, (found) => {
          const last = found.slice(-1);
          return last > '\x7f' ? asEscape(last) : found;
        });
      }
    },
  };
}

/** `dist/lanceur.cjs`: headless/starter.cjs with its sentences; copied, not bundled, so that it stays parsable. */
function starter(): Plugin {
  const values: Readonly<Record<string, string>> = {
    wanted: /\d+/.exec(manifest.engines.node)?.[0] ?? '',
    fr: fr.cli.nodeTooOld,
    en: en.cli.nodeTooOld,
    version: manifest.version,
  };
  const quoted = (text: string): string => JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'");
  return {
    name: 'lanceur-starter',
    generateBundle() {
      const source = readFileSync(join(root, 'headless/starter.cjs'), 'utf8').replace(
        /@(wanted|fr|en|version)@/g,
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
