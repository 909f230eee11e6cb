// The first look at the configured folder: is it there, is it a folder, and does it lie on a share? One call per root
// at a time, shared by all who ask: a dead share blocks a thread per call, and must not get one more at every run.
import type { Stats } from 'node:fs';
import { ConfigError } from '../../errors.ts';
import { isRemote } from '../../files/remote-volume.ts';
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
