// Makes renames durable: a flushed file under a name that was never flushed is lost in a power cut.
import { type DiskCalls, nodeDisk } from './disk-calls.ts';
import { systemCode } from './files-errors.ts';
import { quietly } from './temp-file.ts';

/**
 * False where the platform cannot flush a folder: Windows gives no handle for it (EPERM, EISDIR or EACCES, Wine too)
 * and its file systems journal renames by themselves; some network file systems answer EINVAL or ENOTSUP.
 * Throws what else the system says (EIO, ENOENT…), unmapped.
 */
export async function flushFolder(path: string, disk: DiskCalls = nodeDisk): Promise<boolean> {
  let fd: number | undefined;
  try {
    fd = await disk.open(path, 'r', 0);
    await disk.sync(fd);
    return true;
  } catch (thrown) {
    if (NOT_HERE.has(systemCode(thrown))) return false;
    throw thrown;
  } finally {
    if (fd !== undefined) await quietly(disk.close(fd));
  }
}

const NOT_HERE = new Set([
  'EPERM', 'EISDIR', 'EACCES', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF',
]); // prettier-ignore
