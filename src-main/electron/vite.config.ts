// Builds the preload: one CommonJS file without libraries, because a sandboxed preload can load nothing but Electron.
import { join } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: '../../dist',
    emptyOutDir: false,
    target: 'chrome140',
    minify: false,
    lib: {
      entry: join(import.meta.dirname, 'preload.ts'),
      formats: ['cjs'],
      fileName: () => 'preload.cjs',
    },
    rolldownOptions: { external: ['electron'] },
  },
});
