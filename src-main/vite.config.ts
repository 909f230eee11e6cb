// Bundles the headless shell: one small CommonJS starter any Node can parse, and the program.
// better-sqlite3 stays outside: it finds its prebuilt binary beside itself.
import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    ssr: true,
    outDir: '../dist',
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      input: { 'lanceur-main': 'src-main/headless/main.ts' },
      external: ['better-sqlite3'],
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
  root: import.meta.dirname,
  ssr: { noExternal: true, external: ['better-sqlite3'] },
});
