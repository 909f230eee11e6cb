// Which folders lie on local disks: asked once in a while and beside the work, answered from memory.
import type { Clock } from '../../ports.ts';

export interface FolderFacts {
  /** False as long as it is not known. */
  isLocal(folder: string): boolean;
  /** Resolves when it is known. */
  learn(folder: string): Promise<void>;
}

/** A share may be mounted where a local folder was. */
const FRESH_MS = 60_000;
const REMEMBERED = 1000;

export function createFolderFacts(
  clock: Clock,
  isRemote: (folder: string) => Promise<boolean>,
): FolderFacts {
  const known = new Map<string, { isLocal: boolean; askedAtMs: number }>();
  const ask = async (folder: string): Promise<void> => {
    const isLocal = !(await isRemote(folder));
    if (known.size >= REMEMBERED) known.clear();
    known.set(folder, { isLocal, askedAtMs: clock.monotonicMs() });
  };
  return {
    async learn(folder) {
      if (!known.has(folder)) await ask(folder);
    },
    isLocal(folder) {
      const found = known.get(folder);
      if (found === undefined || clock.monotonicMs() - found.askedAtMs > FRESH_MS) {
        const isLocal = found?.isLocal ?? false;
        // One question at a time: until its answer this one counts.
        known.set(folder, { isLocal, askedAtMs: clock.monotonicMs() });
        void ask(folder);
      }
      return found?.isLocal ?? false;
    },
  };
}
