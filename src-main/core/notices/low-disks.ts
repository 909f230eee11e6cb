// Volumes that are nearly full: one finding each, however many folders lie on it.
import { stat, statfs } from 'node:fs/promises';
import type { Store } from '../store/store.ts';
import type { Finding } from './finding.ts';

/** The folders whose volumes are looked at: the program's own first. */
export const watchedFolders = (context: {
  readonly dataDir: string;
  readonly store: Pick<Store, 'jobs'>;
}): string[] => [
  ...new Set([context.dataDir, ...context.store.jobs.list().map((job) => job.destination.path)]),
];

/** The volume goes by the first of its folders. */
export async function lowDisks(
  minFreeBytes: number,
  folders: readonly string[],
): Promise<Finding[]> {
  const volumes = await Promise.all(
    folders.map(async (path) => ({ path, ...(await volumeOf(path)) })),
  );
  const seen = new Set<number>();
  return volumes.flatMap(({ path, device, freeBytes }): Finding[] => {
    if (device === null || freeBytes >= minFreeBytes || seen.has(device)) return [];
    seen.add(device);
    const params = { path, freeBytes, minFreeBytes, device };
    return [{ key: path, subject: path, code: 'diskLow', params }];
  });
}

/** `device` null where the volume is away or does not answer: that is another alarm's business. */
export async function volumeOf(
  path: string,
): Promise<{ readonly device: number | null; readonly freeBytes: number }> {
  try {
    const looked = Promise.all([stat(path), statfs(path)]);
    const [{ dev }, { bavail, bsize }] = await Promise.race([looked, tooLate()]);
    return { device: dev, freeBytes: bavail * bsize };
  } catch {
    return { device: null, freeBytes: 0 };
  }
}

const tooLate = (): Promise<never> =>
  new Promise((_, reject) => {
    setTimeout(reject, 5000).unref();
  });
