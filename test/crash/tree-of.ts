// A folder as the crash suite compares it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files below it with their sizes; the archive's folder of the day is called so, whatever the day. */
export function treeOf(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path.slice(root.length)} ${readFileSync(path).length}`)
    .map((line) => line.replace(/\d{4}-\d{2}-\d{2}/, 'DAY'))
    .sort();
}
