// The file system calls of the hot paths, wrapped thinly: callbacks of node:fs cost a third of fs.promises'
// CPU and hold no FileHandle objects. A parameter wherever bytes are written, so that a test can break a disk.
import fs from 'node:fs';

export interface DiskCalls {
  open(path: string, flags: string, mode: number): Promise<number>;
  /** One read at a position; may give fewer bytes than asked, 0 at the end. */
  read(fd: number, into: Buffer, length: number, position: number): Promise<number>;
  /** One write of `bytes` from `offset` on, at a position; may take fewer bytes than there are. */
  write(fd: number, bytes: Buffer, offset: number, position: number): Promise<number>;
  /** Until the device (or the file server) has it. */
  sync(fd: number): Promise<void>;
  fstat(fd: number): Promise<fs.Stats>;
  fchmod(fd: number, mode: number): Promise<void>;
  close(fd: number): Promise<void>;
  stat(path: string): Promise<fs.Stats>;
  lstat(path: string): Promise<fs.Stats>;
  /** Whether anything is there, a broken link too. An error for "no" costs five times the look. */
  isThere(path: string): Promise<boolean>;
  link(from: string, to: string): Promise<void>;
  /** Shares the blocks (reflink), or fails; never copies. */
  clone(from: string, to: string): Promise<void>;
  /** The system's own copy, without the bytes passing through here; cannot be stopped. */
  copy(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
}

export const nodeDisk: DiskCalls = {
  open: (path, flags, mode) =>
    new Promise((resolve, reject) => {
      fs.open(path, flags, mode, settle(resolve, reject));
    }),
  read: (fd, into, length, position) =>
    new Promise((resolve, reject) => {
      fs.read(fd, into, 0, length, position, settle(resolve, reject));
    }),
  write: (fd, bytes, offset, position) =>
    new Promise((resolve, reject) => {
      fs.write(fd, bytes, offset, bytes.length - offset, position, settle(resolve, reject));
    }),
  sync: (fd) =>
    new Promise((resolve, reject) => {
      fs.fsync(fd, finish(resolve, reject));
    }),
  fstat: (fd) =>
    new Promise((resolve, reject) => {
      fs.fstat(fd, settle(resolve, reject));
    }),
  fchmod: (fd, mode) =>
    new Promise((resolve, reject) => {
      fs.fchmod(fd, mode, finish(resolve, reject));
    }),
  close: (fd) =>
    new Promise((resolve, reject) => {
      fs.close(fd, finish(resolve, reject));
    }),
  stat: (path) =>
    new Promise((resolve, reject) => {
      fs.stat(path, settle(resolve, reject));
    }),
  lstat: (path) =>
    new Promise((resolve, reject) => {
      fs.lstat(path, settle(resolve, reject));
    }),
  isThere: (path) =>
    new Promise((resolve, reject) => {
      fs.lstat(path, (error) => {
        if (error === null) resolve(true);
        else if (error.code === 'ENOENT') resolve(false);
        else reject(error);
      });
    }),
  link: (from, to) =>
    new Promise((resolve, reject) => {
      fs.link(from, to, finish(resolve, reject));
    }),
  clone: (from, to) =>
    new Promise((resolve, reject) => {
      fs.copyFile(from, to, fs.constants.COPYFILE_FICLONE_FORCE, finish(resolve, reject));
    }),
  copy: (from, to) =>
    new Promise((resolve, reject) => {
      fs.copyFile(from, to, finish(resolve, reject));
    }),
  rename: (from, to) =>
    new Promise((resolve, reject) => {
      fs.rename(from, to, finish(resolve, reject));
    }),
  unlink: (path) =>
    new Promise((resolve, reject) => {
      fs.unlink(path, finish(resolve, reject));
    }),
};

type Reject = (error: Error) => void;

const settle =
  <T>(resolve: (value: T) => void, reject: Reject) =>
  (error: Error | null, value: T): void => {
    if (error) reject(error);
    else resolve(value);
  };

const finish =
  (resolve: () => void, reject: Reject) =>
  (error: Error | null): void => {
    if (error) reject(error);
    else resolve();
  };
