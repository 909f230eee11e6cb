// A file of the spool that an archive entry is written into. Its name is a number, so nothing an archive says
// ever becomes a path. The spool is swept by its owner; nothing here needs to survive a power cut.
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { toAppError, TransientError } from '../../errors.ts';

export type SpoolFile = {
  readonly path: string;
  readonly handle: FileHandle;
};

export async function createSpoolFile(spoolDir: string, number: number): Promise<SpoolFile> {
  const path = join(spoolDir, `${String(number).padStart(5, '0')}.part`);
  try {
    return { path, handle: await open(path, 'wx', 0o600) };
  } catch (error) {
    throw spoolError(error);
  }
}

/** All of it, at the end of the file; a system may take less than it is given. */
export async function appendTo(file: SpoolFile, bytes: Buffer): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await file.handle.write(bytes, at);
      at += bytesWritten;
    }
  } catch (error) {
    throw spoolError(error);
  }
}

function spoolError(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === '') return toAppError(error);
  return new TransientError('envelope.spool', { code }, { cause: error });
}
