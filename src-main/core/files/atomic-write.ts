// Replaces a file whole or not at all: readers see the old content or the new one, also after a power cut.
import { dirname, join } from 'node:path';
import { createSystemClock } from '../clock.ts';
import { nodeDisk } from './disk-calls.ts';
import { targetError } from './files-errors.ts';
import { flushFolder } from './flush-folder.ts';
import { patienceOf, renamePatiently } from './rename-patiently.ts';
import { removeQuietly, withNewFile } from './temp-file.ts';
import type { Instance } from './temp-name.ts';
import { writeAll } from './verified-write.ts';

export type AtomicWriteOptions = {
  /** Names the temporary file beside the target. */
  readonly instance: Instance;
  /** Rights of the file where the system has them, e.g. 0o600 for a key; the umask applies. */
  readonly mode?: number;
};

/** Throws `disk.full`, `disk.readOnly`, `target.denied`…; the old content stands then, and no temporary file. */
export async function atomicWrite(
  path: string,
  content: Buffer | string,
  { instance, mode }: AtomicWriteOptions,
): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const tempPath = join(dirname(path), instance.tempName());
  const write = async (fd: number): Promise<void> => {
    await writeAll(nodeDisk, fd, bytes, 0);
    await nodeDisk.sync(fd);
  };
  await withNewFile(nodeDisk, tempPath, write, mode);
  try {
    const patience = patienceOf(process.platform);
    const { signal } = new AbortController();
    const clock = createSystemClock();
    await renamePatiently(tempPath, path, { disk: nodeDisk, clock, patience, signal });
  } catch (thrown) {
    await removeQuietly(nodeDisk, tempPath);
    throw targetError(thrown, path);
  }
  await flushFolder(dirname(path));
}
