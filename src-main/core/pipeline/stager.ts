// What the pipeline asks of the file layer: bytes in, a flushed and verified temporary file out.
import type { Protection } from '../mail/containers/protection.ts';
import type { LocalFile, PartSink } from '../sources/source.ts';

export type StagedFile = {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Nobody can read it without a key or password; absent where that was not looked for, or is not so. */
  readonly protection?: Protection;
};

export type Staging = {
  readonly sink: PartSink;
  /** Settles once the file is on the disk and verified, or rejects (`disk.full`…); the temp is then removed. */
  readonly staged: Promise<StagedFile>;
  /** Gives the part up: removes what was written. Never throws. */
  readonly abort: () => Promise<void>;
};

export interface Stager {
  /** So many documents are about to come into these folders: makes ready what pays for many. Never rejects. */
  makeReady?(documents: number, folders: readonly string[]): Promise<void>;
  open(tempPath: string): Staging;
  /**
   * Links, clones or copies a file that lies on disk; rejects with `file.changed` when it changed meanwhile, with
   * CancelledError as soon as the signal aborts. The temp is removed then.
   */
  take(file: LocalFile, tempPath: string, signal: AbortSignal): Promise<StagedFile>;
  write(tempPath: string, content: Buffer): Promise<StagedFile>;
  /** Removes a temporary file. Never throws. */
  discard(tempPath: string): Promise<void>;
}
