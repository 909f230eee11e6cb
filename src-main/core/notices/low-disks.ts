// Volumes that are nearly full: one finding each, however many folders lie on it.
import { stat, statfs } from 'node:fs/promises';
import type { Finding } from './finding.ts';

/** The volume goes by the first of its paths. */
export async function lowDisks(minFreeBytes: number, paths: readonly string[]): Promise<Finding[]> {
  const volumes = await Promise.all(
    [...new Set(paths)].map(async (path) => ({ path, ...(await volumeOf(path)) })),
  );
  const seen = new Set<number>();
  return volumes.flatMap(({ path, device, freeBytes }): Finding[] => {
    if (device === null || freeBytes >= minFreeBytes || seen.has(device)) return [];
    seen.add(device);
    const params = { path, freeBytes, minFreeBytes };
    return [{ key: path, subject: path, launcherId: null, code: 'diskLow', params }];
  });
}

/** `device` null where the volume is away or does not answer: that is another alarm's business. */
async function volumeOf(path: string) {
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
