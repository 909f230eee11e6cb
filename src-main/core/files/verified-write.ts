// Writes bytes that are in memory, flushes them, and proves it by reading back.
//
// What each check proves: fsync: the device or file server took everything without an error; reading back up to the
// end: no write was cut short, and the file holds our bytes at their places, not those of a program that wrote into
// it, nor those of a bug. The kernel may answer from its cache: a medium that rots later is not found here.
import { TransientError } from '../errors.ts';
import type { DiskCalls } from './disk-calls.ts';

export async function writeVerified(
  disk: DiskCalls,
  fd: number,
  bytes: Buffer,
  scratch: Buffer,
): Promise<void> {
  await writeAll(disk, fd, bytes, 0);
  await disk.sync(fd);
  for (let at = 0; ;) {
    // Always asks for more than there should be: a file that is too long is noticed by the same call.
    const count = await disk.read(fd, scratch, scratch.length, at);
    if (at + count > bytes.length) throw unequal();
    if (bytes.compare(scratch, 0, count, at, at + count) !== 0) throw unequal();
    at += count;
    if (at === bytes.length && count < scratch.length) return;
    if (count === 0) throw unequal();
  }
}

/** All of `bytes` from a position of the file on, however few the system takes at a time. */
export async function writeAll(
  disk: DiskCalls,
  fd: number,
  bytes: Buffer,
  position: number,
): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    const count = await disk.write(fd, bytes, offset, position + offset);
    // 0 bytes without an error would be an endless loop.
    if (count === 0) throw unequal();
    offset += count;
  }
}

/** Transient: the temporary file goes, the source stays, and the next attempt writes anew. */
export const unequal = (): TransientError => new TransientError('disk.writtenOtherwise');
