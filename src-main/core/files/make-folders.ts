// A folder and all above it. Node's own `mkdir` with `recursive` never ends, and eats all memory, where a file system answers
// ENOENT for a new folder though the one above it is there (/proc, automounted places).
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

type Options = { readonly mode?: number };

/** The topmost folder that was made; undefined where all were there. Throws what the system says. */
export async function makeFolders(
  path: string,
  options: Options = {},
): Promise<string | undefined> {
  try {
    return await makeOne(path, options);
  } catch (thrown) {
    const above = dirname(path);
    if (!isErrno(thrown, 'ENOENT') || above === path) throw thrown;
    const first = await makeFolders(above, options);
    const made = await makeOne(path, options);
    return first ?? made;
  }
}

/** Undefined where it is there. */
async function makeOne(path: string, options: Options): Promise<string | undefined> {
  try {
    await mkdir(path, options);
    return path;
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) throw thrown;
    // Windows and read-only disks have other words for a folder that is there (EPERM for a drive, EROFS).
    if ((await stat(path).catch(() => undefined))?.isDirectory() === true) return undefined;
    throw thrown;
  }
}

const isErrno = (thrown: unknown, code: string): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === code;
