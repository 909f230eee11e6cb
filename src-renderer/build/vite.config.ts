// Builds the window into dist/window: static files that run under a strict CSP (no inline script or style, no eval),
// with relative addresses, so that `lanceur serve` and the desktop shell can serve the same files.
import { join } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { guidePlugin } from './guide-plugin.ts';

export default defineConfig({
  root: join(import.meta.dirname, '..'),
  base: './',
  plugins: [guidePlugin(), vue({ features: { optionsAPI: false, prodDevtools: false } })],
  build: {
    outDir: process.env['WINDOW_OUT_DIR'] ?? '../dist/window',
    emptyOutDir: true,
    target: 'chrome140',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    license: { fileName: 'third-party-licences.md' },
    // One file for the libraries: on loopback the number of requests weighs more than their size.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'libraries', test: /node_modules/ }] } },
    },
  },
  server: {
    // The guide and the sentences lie beside the window.
    fs: { allow: [join(import.meta.dirname, '../..')] },
    // `npm run dev` shows the page from its sources and asks a running `lanceur serve` for the rest. The Origin header
    // is left out because the API refuses any origin but its own.
    proxy: {
      '/api': {
        target: process.env['LANCEUR_URL'] ?? 'http://127.0.0.1:8787',
        changeOrigin: true,
        configure: (proxy) => {
          proxy.on('proxyReq', (request) => {
            request.removeHeader('origin');
          });
        },
      },
    },
  },
});
