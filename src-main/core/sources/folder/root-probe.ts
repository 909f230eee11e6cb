// The first look at the configured folder: is it there, is it a folder, and does it lie on a share? One call per root
// at a time, shared by all who ask: a dead share blocks a thread per call, and must not get one more at every run.
import type { Stats } from 'node:fs';
import { ConfigError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';
import { folderError } from './folder-errors.ts';
import { notAnswering, REMOTE_ANSWER_MS, type RemoteFiles } from './remote-access.ts';
import { within } from './within.ts';

export type Root = { readonly stats: Stats; readonly isRemote: boolean };

export interface RootProbe {
  /** Throws `source.away`, ConfigError `folder.notFolder` or `folder.denied`, CancelledError. */
  probe(root: string, options: ProbeOptions): Promise<Root>;
}

export type ProbeOptions = { readonly clock: Clock; readonly signal: AbortSignal };

export function createRootProbe(files: RemoteFiles, platform: NodeJS.Platform): RootProbe {
  const asking = new Map<string, Promise<Root>>();
  const ask = async (root: string): Promise<Root> => {
    const stats = await files.stat(root);
    return { stats, isRemote: await isRemote(root, files, platform) };
  };
  return {
    async probe(root, { clock, signal }) {
      let answer = asking.get(root);
      if (answer === undefined) {
        answer = ask(root).finally(() => asking.delete(root));
        asking.set(root, answer);
      }
      const late = () => notAnswering(root);
      const found = await within(answer, { clock, signal, limitMs: REMOTE_ANSWER_MS, late }).catch(
        (thrown: unknown) => {
          throw folderError('root', thrown, root);
        },
      );
      if (!found.stats.isDirectory()) {
        throw new ConfigError('folder.notFolder', { path: root }, { field: 'source.path' });
      }
      return found;
    },
  };
}

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
  files: RemoteFiles,
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
