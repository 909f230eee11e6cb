// Whether a path lies on a share, where any call may hang for minutes; asked before calls that nobody could leave behind.
import type * as Files from 'node:fs/promises';

// statfs(2), linux/magic.h: NFS, SMB, SMB2, CIFS, 9P, AFS, CEPH, Coda, FUSE (sshfs and others), autofs.
const REMOTE_FILE_SYSTEMS = new Set([
  0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x01021997, 0x5346414f, 0x00c36400, 0x73757245,
  0x65735546, 0x0187,
]);

/** `\\server\share`, `\\?\UNC\server\share`, with either slash; not `\\?\C:\` and `\\.\`. */
export function isUncPath(path: string): boolean {
  const slashed = path.replaceAll('\\', '/');
  return /^\/\/\?\/unc\//i.test(slashed) || /^\/\/[^/?.]/.test(slashed);
}

/** Whether calls on this path may hang. When it cannot be told: yes, which is slower but safe. */
export async function isRemote(
  path: string,
  files: Pick<typeof Files, 'realpath' | 'statfs'>,
  platform: NodeJS.Platform,
): Promise<boolean> {
  try {
    if (platform === 'win32') {
      // A mapped drive letter shows its share here (GetFinalPathNameByHandle).
      return isUncPath(path) || isUncPath(await files.realpath(path));
    }
    if (platform === 'darwin') return path.startsWith('/Volumes/');
    // The type is signed on some architectures.
    return REMOTE_FILE_SYSTEMS.has((await files.statfs(path)).type >>> 0);
  } catch {
    // Nothing is lost by taking it for a share.
    return true;
  }
}
