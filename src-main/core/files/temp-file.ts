// A temporary file that never outlives a failure: made anew (never over something that is there), closed with
// the close looked at, removed on every error.
import { targetError } from './files-errors.ts';
import type { DiskCalls } from './disk-calls.ts';

/** As programs make documents: the folder's own rights decide who may read them (Windows: its ACL; elsewhere: the umask). */
const DOCUMENT_MODE = 0o666;

/** Runs `work` on a new file open for writing and reading. Throws AppErrors; the file is gone then. */
export async function withNewFile<T>(
  disk: DiskCalls,
  path: string,
  work: (fd: number) => Promise<T>,
  mode: number = DOCUMENT_MODE,
): Promise<T> {
  let fd: number;
  try {
    fd = await disk.open(path, 'wx+', mode);
  } catch (thrown) {
    // Nothing to remove: what may be there under this name is not ours.
    throw targetError(thrown, path);
  }
  let isOpen = true;
  try {
    const result = await work(fd);
    isOpen = false;
    // A file server may say only here that the quota is exhausted (NFS, SMB).
    await disk.close(fd);
    return result;
  } catch (thrown) {
    if (isOpen) await quietly(disk.close(fd));
    await removeQuietly(disk, path);
    throw targetError(thrown, path);
  }
}

/** Removes a file of ours. Never throws: what stays behind is recognised by its name and swept at the next start. */
export async function removeQuietly(disk: DiskCalls, path: string): Promise<void> {
  await quietly(disk.unlink(path));
}

/** For what is undone after an error: the first error is the one to tell, a second adds nothing. */
export async function quietly(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch {
    // See above: nothing is lost, the failure that led here is thrown by the caller.
  }
}

/** For work that is awaited later: until then its failure counts as looked at, not as unhandled. */
export function awaitedLater<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}
