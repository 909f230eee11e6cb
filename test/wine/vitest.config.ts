// `npm run test:system`: the suites that depend on the system, and the desktop shell, on the system it is run on.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { systemSuites } from './suites.ts';

export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: [...systemSuites(), 'test/electron/**/*.test.ts'],
    setupFiles: [join(import.meta.dirname, 'excuse-on-windows.ts')],
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
