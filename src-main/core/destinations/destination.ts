// Destination: the input of one COLD job. Documents appear in it whole, under their final name, in one
// rename from a temporary file of the same volume whose name COLD ignores.
import type { ErrorBody } from '#contract/error-codes';
import type { CheckStep } from '#contract/model/check';
import type { Job } from '#contract/model/cold-job';
import type { AppError } from '../errors.ts';

export type Move = {
  readonly tempPath: string;
  readonly finalPath: string;
  /** It is a folder with all its files: an envelope. */
  readonly isFolder?: true;
};

export type PublishOutcome =
  { readonly ok: true } | { readonly ok: false; readonly error: AppError };

export type Capacity =
  /** What may still come before a limit is reached; null = no limit. */
  | {
      readonly accepting: true;
      readonly roomFiles: number | null;
      readonly roomBytes: number | null;
    }
  | { readonly accepting: false; readonly reason: ErrorBody };

export interface Destination {
  readonly job: Job;
  /** Named steps (reachable, writable by a real temp file and rename, space); leaves nothing behind. */
  check(signal: AbortSignal): Promise<readonly CheckStep[]>;
  /** Back-pressure, disk floor, reachability; asked at the start of a run and again between groups. Never throws but CancelledError. */
  capacity(signal: AbortSignal): Promise<Capacity>;
  /** A fresh temporary path in the destination; recognisable, and unique to this program and run. */
  tempPath(): string;
  /**
   * Free final paths for the wanted names (already safe), under the job's collision rule, handed out under
   * one lock and kept reserved until `release`. Null where the rule `refuse` finds the name taken.
   */
  reserve(names: readonly string[]): Promise<readonly (string | null)[]>;
  release(finalPaths: readonly string[]): void;
  /**
   * Renames each in order, bounded retries where Windows holds a file, then flushes the folder once.
   * A temporary file that is gone counts as renamed (recovery asks again after a crash). Throws where the folder
   * cannot be flushed: then nobody knows what the disk keeps of the renames, and the same moves are asked for again.
   */
  publish(moves: readonly Move[], signal: AbortSignal): Promise<readonly PublishOutcome[]>;
  /** Absent where envelopes cannot lie in a folder of their own: they are delivered side by side then. */
  readonly bundles?: Bundles;
  /** Removes our temporary files of earlier runs, but for those named; returns how many. */
  sweep(keep: ReadonlySet<string>): Promise<number>;
}

/** For documents that belong together. */
export interface Bundles {
  /**
   * Moves staged files under their names into a new temporary folder; returns its path, which is published like a file's
   * once `flush` has resolved. Throws what the folder says; nothing of the files is left then.
   */
  assemble(files: readonly StagedName[]): Promise<string>;
  /** Makes sure that all folders assembled so far are found after a power cut. Throws what the folder says. */
  flush(): Promise<void>;
  /** Removes such a folder with all that is in it. Never throws. */
  discard(tempFolder: string): Promise<void>;
  /**
   * Takes published documents back under their temporary names, as far as nobody has taken them out; whether each is
   * back, in the same order. Never throws.
   */
  withdraw(moves: readonly Move[]): Promise<readonly boolean[]>;
}

export type StagedName = { readonly tempPath: string; readonly name: string };
