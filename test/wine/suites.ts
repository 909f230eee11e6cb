// The suites that touch what Windows does differently (names, paths, locks, renames, the store), the pipeline that stands on them,
// and the shell's parts (the whole shell: `programs/shell.test.ts`). Run on Windows by vitest, and under Wine by `test/wine/run.ts`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

const FOLDERS = [
  ...['core/files', 'core/destinations', 'core/sources/folder', 'core/store', 'windows'],
  ...[
    'core/pipeline',
    'core/ledger',
    'core/journal',
    'core/engine',
    'core/filter',
    'core/schedule',
  ],
  ...['electron/tray', 'electron/updates'],
];
const FILES = [
  'core/data-folder.test.ts',
  'core/logging/file-logger.test.ts',
  ...['desktop', 'ipc-uploads', 'life', 'parts', 'run-notices', 'script-door', 'tray-clicks'].map(
    (name) => `electron/${name}.test.ts`,
  ),
];

/** Paths below the project. */
export function systemSuites(): string[] {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, 'test', folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => join('test', folder, name)),
  );
  return [...inFolders, ...FILES.map((file) => join('test', file))].sort();
}
