// The suites that touch what Windows does differently: names, paths, locks, renames, the store. Run on Windows by vitest, and
// under Wine by `test/wine/run.ts`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

const FOLDERS = ['core/files', 'core/destinations', 'core/sources/folder', 'core/store', 'windows'];
const FILES = ['core/data-folder.test.ts', 'core/pipeline/real-folder.test.ts'];

/** Paths below the project. */
export function systemSuites(): string[] {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, 'test', folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => join('test', folder, name)),
  );
  return [...inFolders, ...FILES.map((file) => join('test', file))].sort();
}
