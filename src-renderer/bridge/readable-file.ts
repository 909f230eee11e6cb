// A file that was chosen may be gone, changed or no file at all by the time it is handed over. A browser reports that
// as a network that failed; asking the file itself tells which of the two it was.
import { BridgeError } from './bridge-error.ts';

/** `thrown`, or BridgeError `attachment.missing` {path} where the file is to blame. */
export async function blame(file: File, thrown: unknown): Promise<unknown> {
  try {
    // Chromium gives a file that is gone the size 0, and pieces of it as empty; only the whole says that it is gone.
    await (file.size > 1 ? file.slice(0, 1) : file).arrayBuffer();
    return thrown;
  } catch {
    return new BridgeError({
      kind: 'config',
      code: 'attachment.missing',
      params: { path: file.name },
    });
  }
}
