// Runs a piece of a test without the administrator's rights, whom no permission stops.
import fs from 'node:fs';
import path from 'node:path';

/**
 * Runs without the rights of the administrator, whom no permission stops, while the named files and folders below
 * `root` have these modes (`root` itself 755 unless told otherwise).
 */
export async function restricted<T>(
  root: string,
  modes: Record<string, number>,
  work: () => Promise<T>,
): Promise<T> {
  const wanted = Object.entries({ '': 0o755, ...modes }).map(
    ([key, mode]) => [path.join(root, key), mode] as const,
  );
  const before = wanted.map(([file]) => [file, fs.statSync(file).mode & 0o777] as const);
  // Inside first: a folder that is shut lets nobody pass.
  for (const [file, mode] of wanted.toReversed()) fs.chmodSync(file, mode);
  const isAdministrator = process.geteuid?.() === 0;
  if (isAdministrator) process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    if (isAdministrator) process.seteuid?.(0);
    for (const [file, mode] of before) if (fs.existsSync(file)) fs.chmodSync(file, mode);
  }
}
