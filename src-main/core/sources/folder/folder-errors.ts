// What the file system says, as one of our errors: what to do depends on where it was said. Pure. Codes are those of
// files/files-errors.ts where the meaning is the same; here a look may also bring a bare errno code.
import {
  AppError,
  CancelledError,
  ConfigError,
  GoneError,
  RefusedError,
  toAppError,
  TransientError,
} from '../../errors.ts';

/** `root`: the configured folder; `target`: where delivered or rejected files are moved to. */
export type Place = 'root' | 'subfolder' | 'file' | 'target';

/**
 * Codes by which a share or a network says that it is not there, wherever it says so. Vaguer ones (ENOENT, which
 * is how Windows says "network path not found", UNKNOWN, EIO) mean that only at the root: further down they
 * concern one file or folder, and the root is looked at again after a scan.
 */
const AWAY = new Set(
  `ENETUNREACH ENETDOWN ENETRESET EHOSTDOWN EHOSTUNREACH ETIMEDOUT ESTALE ENOTCONN ECONNRESET ECONNREFUSED
   ECONNABORTED ESHUTDOWN EREMOTEIO ENOLINK`.split(/\s+/),
);
const LOCKED = new Set(['EBUSY', 'ETXTBSY', 'EAGAIN']);
const DENIED = new Set(['EACCES', 'EPERM']);
const VANISHED = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP']);
const EXHAUSTED = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

export const UNCODED = 'UNCODED';
const ERRNO = /^(?:E[A-Z0-9]+|UNKNOWN)$/;

/** The errno name of anything thrown (`ENOENT`), or of a code itself; UNCODED where there is none. */
export function errnoCode(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  if (thrown instanceof AppError || !(thrown instanceof Error) || !('code' in thrown))
    return UNCODED;
  // Not Node's own ERR_…: those are bugs.
  return typeof thrown.code === 'string' && ERRNO.test(thrown.code) ? thrown.code : UNCODED;
}

/** `thrown`: an error of `node:fs`, or its code; our own errors pass unchanged. `path`: for the sentence. */
export function folderError(place: Place, thrown: unknown, path: string): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return new CancelledError();
  const code = errnoCode(thrown);
  // No word of the file system: a bug of ours must not look like a share that is away.
  if (code === UNCODED) return toAppError(thrown);
  const params = { path, cause: code };
  const extra = thrown instanceof Error ? { cause: thrown } : {};
  if (EXHAUSTED.has(code)) return new TransientError('system.exhausted', params, extra);
  switch (place) {
    case 'root':
      return rootError(code, params, extra);
    case 'subfolder':
      if (AWAY.has(code)) return new TransientError('source.away', params, extra);
      if (code === 'ENOENT' || code === 'ENOTDIR') return new GoneError('file.gone', params, extra);
      return new TransientError('folder.unreadable', params, extra);
    case 'file':
      return fileError(code, params, extra);
    case 'target':
      return targetError(code, params, extra);
  }
}

type Params = { readonly path: string; readonly cause: string };
type Extra = { readonly cause?: unknown };

function rootError(code: string, params: Params, extra: Extra): AppError {
  const field = 'source.path';
  if (code === 'ENOTDIR') return new ConfigError('folder.notFolder', params, { ...extra, field });
  if (DENIED.has(code)) return new ConfigError('folder.denied', params, { ...extra, field });
  if (['ENAMETOOLONG', 'EINVAL', 'ELOOP'].includes(code)) {
    return new ConfigError('folder.badPath', params, { ...extra, field });
  }
  // Whatever else keeps the root from being read passes, or is cured outside: wait, and say so.
  return new TransientError('source.away', params, extra);
}

function fileError(code: string, params: Params, extra: Extra): AppError {
  if (AWAY.has(code)) return new TransientError('source.away', params, extra);
  if (VANISHED.has(code)) return new GoneError('file.gone', params, extra);
  if (LOCKED.has(code)) return new TransientError('file.locked', params, extra);
  if (DENIED.has(code)) return new TransientError('source.denied', params, extra);
  if (code === 'EROFS') return new TransientError('disk.readOnly', params, extra);
  if (code === 'ENAMETOOLONG') return new RefusedError('name.tooLong', params, extra);
  return new TransientError('source.unreadable', params, extra);
}

function targetError(code: string, params: Params, extra: Extra): AppError {
  if (AWAY.has(code) || code === 'ENOENT' || code === 'UNKNOWN') {
    return new TransientError('target.away', params, extra);
  }
  if (LOCKED.has(code)) return new TransientError('file.locked', params, extra);
  if (DENIED.has(code)) return new TransientError('target.denied', params, extra);
  if (code === 'EROFS') return new TransientError('disk.readOnly', params, extra);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new TransientError('disk.full', params, extra);
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new TransientError('archive.notFolder', params, extra);
  }
  return new TransientError('disk.failing', params, extra);
}
