// Whether one file may be taken now: cheap questions first, the file is opened last. What was seen goes back to the
// pipeline, which hands it in again at the next look.
import { GoneError, TransientError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';
import type { OpenItem, SourceItem } from '../source.ts';
import { endCheck } from './file-ending.ts';
import { type FileLocation, versionOf } from './file-identity.ts';
import { fileItem, notReady } from './file-item.ts';
import type { FolderAccess } from './folder-access.ts';
import { folderError } from './folder-errors.ts';
import { isPatienceOver, isQuiet, observe, secondsLeft } from './observation.ts';
import type { FoundFile } from './scan-tree.ts';

export type Watch = {
  readonly access: FolderAccess;
  readonly clock: Clock;
  readonly quietSeconds: number;
};

export type Watched = {
  readonly file: FoundFile;
  readonly path: string;
  /** What the ledger keeps of this file in this state. */
  readonly open: OpenItem | undefined;
};

/** Undefined when the file was taken away meanwhile. */
export async function watchFile(watch: Watch, watched: Watched): Promise<SourceItem | undefined> {
  const { access, clock, quietSeconds } = watch;
  const { file, path, open } = watched;
  const location = await locate(access, file, path);
  if (location === undefined) return undefined;
  const now = clock.now();
  const seen = observe(open?.observation ?? null, comparable(access, location), now);
  const observation = JSON.stringify(seen);
  const facts = { key: file.key, version: versionOf(location), location, dev: file.dev };
  const defer = (code: string, params: Record<string, string | number>): SourceItem => {
    const reason = new TransientError(code, { path, ...params });
    return fileItem({ ...facts, readiness: notReady(reason, observation) });
  };
  const take = (warning?: string): SourceItem =>
    fileItem({
      ...facts,
      readiness: { ready: true },
      ...(warning === undefined ? {} : { warning }),
    });

  // Delivered before in this very state, and asked for again.
  if (open?.replay === true) return take();
  // Long enough empty, it goes on to be refused by `fetch`: quarantined with its reason until somebody decides.
  if (file.sizeBytes === 0) return isPatienceOver(seen, now) ? take() : defer('file.empty', {});
  if (!isQuiet(seen, quietSeconds, now)) {
    return defer('file.growing', { seconds: secondsLeft(seen, quietSeconds, now) });
  }
  const name = file.key.slice(file.key.lastIndexOf('/') + 1);
  const inspection = await access.inspect(path, (sizeBytes) => endCheck(name, sizeBytes));
  if (!inspection.ok) {
    const reason = folderError('file', inspection.code, path);
    if (reason instanceof GoneError) return undefined;
    return fileItem({ ...facts, readiness: notReady(reason, observation) });
  }
  const { stats, value: ending } = inspection;
  if (stats.size !== file.sizeBytes || stats.mtimeMs !== file.mtimeMs) {
    return defer('file.growing', { seconds: Math.max(1, quietSeconds) });
  }
  if (ending.isComplete) return take();
  return isPatienceOver(seen, now)
    ? take('file.incomplete')
    : defer('file.incomplete', { format: ending.format ?? '' });
}

async function locate(
  access: FolderAccess,
  file: FoundFile,
  path: string,
): Promise<FileLocation | undefined> {
  const { sizeBytes, mtimeMs } = file;
  let ino = String(file.ino);
  if (!Number.isSafeInteger(file.ino)) {
    try {
      ino = await access.exactInode(path);
    } catch (thrown) {
      const error = folderError('file', thrown, path);
      if (error instanceof GoneError) return undefined;
      throw error;
    }
  }
  return { path, sizeBytes, mtimeMs, ino, archived: false };
}

/** Shares may number their files anew at every connection. */
const comparable = (access: FolderAccess, { sizeBytes, mtimeMs, ino }: FileLocation) => ({
  sizeBytes,
  mtimeMs,
  ino: access.kind === 'remote' ? '0' : ino,
});
