// What lies in an input folder, by names that count as equal, so that case and Unicode form are compared on every
// file system. A memory of a moment: a hit is confirmed on the disk, and a miss is looked at again by publish.
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { nameKey } from '../../files/name-parts.ts';
import type { Clock } from '../../ports.ts';

export interface FolderListing {
  /** Whether something was there under this name when the folder was read, or has been put there by us since. */
  mayHave(name: string): boolean;
  /** The same, as of now. */
  has(name: string): Promise<boolean>;
  add(name: string): void;
  /** The number to try next for a name that many documents want. */
  nextNumber(name: string): number;
  setNextNumber(name: string, number: number): void;
  isStale(): boolean;
}

/** At most this share of the time goes into reading folders; never older than needs be for small ones. */
const COST_SHARE = 20;
const FRESH_MS = 1000;

/** A folder that cannot be read gives an empty listing: publish will say why nothing goes in. */
export async function listFolder(folder: string, clock: Clock): Promise<FolderListing> {
  const startedMs = clock.monotonicMs();
  const spellings = new Map<string, Set<string>>();
  const numbers = new Map<string, number>();
  const add = (name: string): void => {
    const key = nameKey(name);
    const known = spellings.get(key);
    if (known === undefined) spellings.set(key, new Set([name]));
    else known.add(name);
  };
  try {
    for await (const entry of await opendir(folder, { bufferSize: 1024 })) add(entry.name);
  } catch {
    // See above: an unreachable folder is reported where it matters, with its path.
  }
  const readMs = clock.monotonicMs();
  const staleMs = readMs + Math.max(FRESH_MS, (readMs - startedMs) * COST_SHARE);

  return {
    mayHave: (name) => spellings.has(nameKey(name)),
    async has(name) {
      const known = spellings.get(nameKey(name));
      for (const spelling of known ?? []) {
        if (await exists(join(folder, spelling))) return true;
        known?.delete(spelling);
      }
      spellings.delete(nameKey(name));
      return false;
    },
    add,
    nextNumber: (name) => numbers.get(nameKey(name)) ?? 2,
    setNextNumber: (name, number) => numbers.set(nameKey(name), number),
    isStale: () => clock.monotonicMs() >= staleMs,
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    // ENOENT: COLD has taken it. Anything else keeps nobody from asking publish, which looks again.
    return false;
  }
}
