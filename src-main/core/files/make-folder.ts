// Makes a folder with what is missing above it. Node's own recursive call never ends where the system answers ENOENT though
// the parent is there (/proc, some network file systems): it makes the parent again, for ever, at full load.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './files-errors.ts';

/** The first folder that had to be made; undefined where all was there. Throws the system's error unmapped. */
export async function makeFolder(path: string, mode = 0o777): Promise<string | undefined> {
  try {
    return await makeOne(path, mode);
  } catch (thrown) {
    const parent = dirname(path);
    if (systemCode(thrown) !== 'ENOENT' || parent === path) throw thrown;
    const first = await makeFolder(parent, mode);
    const made = await makeOne(path, mode);
    return first ?? made;
  }
}

async function makeOne(path: string, mode: number): Promise<string | undefined> {
  try {
    await mkdir(path, { mode });
    return path;
  } catch (thrown) {
    // A drive's root answers EPERM, a share's EACCES: what matters is whether a folder is there.
    const isThere = systemCode(thrown) !== 'ENOENT' && (await isFolder(path));
    if (isThere) return undefined;
    throw thrown;
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
