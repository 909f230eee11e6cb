// How files are reached. Two ways with one contract: a local disk is read by synchronous calls in time slices (three
// times cheaper than promised ones), a share by asynchronous calls under a time limit, because a synchronous call
// on a dead share would hold the whole program for up to a minute.
import type { Dirent, Stats } from 'node:fs';

/** What a look at a path brings: its state (links not followed), or the errno code of the failure. */
export type Look = Stats | string;

/** One read that an end check asks for; answered with at most `length` bytes, fewer at the end of the file. */
export type ReadAt = { readonly offset: number; readonly length: number };

/** A check that asks for bytes and ends in a verdict; knows nothing of files, so it runs on any kind of access. */
export type EndCheck<T> = Generator<ReadAt, T, Buffer>;

export type Inspection<T> =
  | { readonly ok: true; readonly stats: Stats; readonly value: T }
  | { readonly ok: false; readonly code: string };

export interface FolderReader {
  /** Some entries, none at the end; throws the error of `node:fs`. */
  next(): Promise<readonly Dirent[]>;
  close(): Promise<void>;
}

/** Every method throws CancelledError on abort, and `source.away` where a share does not answer in time. */
export interface FolderAccess {
  readonly kind: 'local' | 'remote';
  /** Throws the error of `node:fs`. */
  openFolder(path: string): Promise<FolderReader>;
  /** One look per name, in the same order; `prefix` is the folder with its separator. */
  looks(prefix: string, names: readonly string[]): Promise<readonly Look[]>;
  /** Names of a folder that are not valid UTF-8, as the bytes they are, and whether they are folders. */
  oddNames(path: string): Promise<readonly OddName[]>;
  /** The number of the file in its volume, exact where it does not fit a double (NTFS); `0` when unknown. */
  exactInode(path: string): Promise<string>;
  /** Opens exclusively where the system can (Windows), so that a file still being written is seen; then checks. */
  inspect<T>(path: string, check: (sizeBytes: number) => EndCheck<T>): Promise<Inspection<T>>;
}

export type OddName = { readonly bytes: Buffer; readonly isFolder: boolean };

/** Entries per step: large enough to be cheap, small enough for one time limit. */
export const ENTRIES_PER_STEP = 64;

export const isVanished = (look: Look): boolean => look === 'ENOENT' || look === 'ENOTDIR';

export const withSeparator = (folder: string, separator: string): string =>
  folder.endsWith(separator) ? folder : `${folder}${separator}`;
