// Whole programs under Wine, watched from here. The crash suite of the folder is the very same file; only its children are the
// Windows build of Node.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const here = import.meta.dirname;
/** Each child takes about a second to start under Wine, and a scenario starts some fifty. */
const SCENARIOS = /archive$|: delete$|delete, disk thread$|leave, hungry job$/;

export default defineConfig({
  resolve: { alias: [{ find: './run-child.ts', replacement: join(here, 'run-wine-child.ts') }] },
  test: {
    root: join(here, '../../..'),
    include: ['test/wine/programs/*.test.ts', 'test/crash/folder.test.ts'],
    testNamePattern: new RegExp(`^(?!a folder launcher killed)|${SCENARIOS.source}`),
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
