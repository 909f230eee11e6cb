// The calls of the hot paths as plain synchronous ones: for a thread that has nothing else to do and may be held up.
// A promised call costs wake-ups of other threads, a plain one none (eleven calls per document, measured). Flushes alone
// are promised here too: they are waiting, not work, and many that wait at once share the disk's way.
import fs from 'node:fs';
import { type DiskCalls, nodeDisk } from '../disk-calls.ts';

export const syncDisk: DiskCalls = {
  open: (path, flags, mode) => now(() => fs.openSync(path, flags, mode)),
  read: (fd, into, length, position) => now(() => fs.readSync(fd, into, 0, length, position)),
  write: (fd, bytes, offset, position) =>
    now(() => fs.writeSync(fd, bytes, offset, bytes.length - offset, position)),
  sync: (fd) => nodeDisk.sync(fd),
  fstat: (fd) => now(() => fs.fstatSync(fd)),
  fchmod: (fd, mode) => now(() => fs.fchmodSync(fd, mode)),
  close: (fd) => now(() => fs.closeSync(fd)),
  stat: (path) => now(() => fs.statSync(path)),
  lstat: (path) => now(() => fs.lstatSync(path)),
  isThere: (path) => now(() => fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined),
  link: (from, to) => now(() => fs.linkSync(from, to)),
  clone: (from, to) => now(() => fs.copyFileSync(from, to, fs.constants.COPYFILE_FICLONE_FORCE)),
  copy: (from, to) => now(() => fs.copyFileSync(from, to)),
  rename: (from, to) => now(() => fs.renameSync(from, to)),
  unlink: (path) => now(() => fs.unlinkSync(path)),
};

/** Done when it returns, and failed like a promised call: the same code runs on both kinds of disk. */
function now<T>(call: () => T): Promise<T> {
  try {
    return Promise.resolve(call());
  } catch (thrown) {
    return Promise.reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
  }
}
