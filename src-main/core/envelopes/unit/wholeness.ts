// Whether files are there to their last byte, by what their formats say their ends must be.
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { throwIfAborted } from '../../errors.ts';
import type { ReadAt } from '../../files/read-blocks.ts';
import { endCheck } from '../../sources/folder/file-ending.ts';
import { abandonable } from '../bytes/abandonable.ts';
import { fileBytes, type FileOnDisk, readRange, withBytes } from '../bytes/byte-source.ts';

/** False = one is cut short, true = all are whole, null = some have no end that we know. */
export async function areWhole(
  files: readonly FileOnDisk[],
  signal: AbortSignal,
): Promise<boolean | null> {
  let allKnown = files.length > 0;
  for (const file of files) {
    throwIfAborted(signal);
    const isWhole = await isFileWhole(file);
    if (isWhole === false) return false;
    if (isWhole === null) allKnown = false;
  }
  return allKnown ? true : null;
}

async function isFileWhole(file: FileOnDisk): Promise<boolean | null> {
  const head = await withBytes(fileBytes(file), (read) => readRange(read, 0, 2));
  if (head[0] === 0x1f && head[1] === 0x8b) return gunzips(file);
  return withBytes(fileBytes(file), (read) => endsWell(file, read));
}

async function endsWell(file: FileOnDisk, read: ReadAt): Promise<boolean | null> {
  const check = endCheck(file.name, file.sizeBytes);
  let step = check.next();
  while (step.done !== true) {
    step = check.next(await readRange(read, step.value.offset, step.value.length));
  }
  const { format, isComplete } = step.value;
  return format === null && isComplete ? null : isComplete;
}

/** gzip tells its end only to one who unpacks it (RFC 1952 §2.3.1). */
async function gunzips(file: FileOnDisk): Promise<boolean> {
  const packed = abandonable(createReadStream(file.path));
  const gunzip = abandonable(createGunzip());
  packed.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of packed.pipe(gunzip)) if (chunk === null) break;
    return true;
  } catch {
    // Cut or damaged: what is wrong will be said when it is unpacked.
    return false;
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}
