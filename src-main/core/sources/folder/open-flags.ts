// With which flags a file is opened to see whether it is ready, and which to try when those are refused. Pure.
import { constants } from 'node:fs';

/** UV_FS_O_EXLOCK of libuv on Windows: nobody else may have or get a handle meanwhile; EBUSY when somebody has. */
const WINDOWS_EXCLUSIVE = 0x1000_0000;

/**
 * Tried in order while the answer is EACCES or EPERM. On Windows first exclusively for writing, then, for a file or
 * share that is read-only, exclusively for reading. Elsewhere locks are advisory and tell nothing: a plain open that
 * neither follows a link nor waits for the other end of a pipe.
 */
export function openFlags(platform: NodeJS.Platform): readonly number[] {
  if (platform === 'win32') {
    return [constants.O_RDWR | WINDOWS_EXCLUSIVE, constants.O_RDONLY | WINDOWS_EXCLUSIVE];
  }
  return [constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK];
}

export const isRefused = (code: string): boolean => code === 'EACCES' || code === 'EPERM';
