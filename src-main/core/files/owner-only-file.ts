// Small files that only their owner may read: written whole, flushed, never through a link that was there before.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** The file must not exist yet. */
export async function writeOwnerOnly(path: string, content: Buffer | string): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const file = await open(path, flags, 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
