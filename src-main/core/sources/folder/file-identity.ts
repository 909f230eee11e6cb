// What makes a file the same one: its version in the ledger, its fingerprint, and where it was found. Pure, but for
// the number of the file in its volume, which is asked for where it does not fit a double.
import { z } from 'zod';
import type { SizeAndTime } from '../../files/seen-file.ts';

/** JSON in `SourceItem.location`. `ino` is `0` where the file system has no numbers. */
export const FileLocation = z.object({
  path: z.string().min(1),
  sizeBytes: z.number(),
  mtimeMs: z.number(),
  ino: z.string(),
  /** Where its fate has put it: never touched again, never linked. */
  archived: z.boolean().default(false),
});
export type FileLocation = z.infer<typeof FileLocation>;

/** Undefined for what this program cannot have written. */
export function readLocation(json: string): FileLocation | undefined {
  try {
    return FileLocation.safeParse(JSON.parse(json)).data;
  } catch {
    // Not JSON: as unknown as a wrong shape.
    return undefined;
  }
}

/**
 * Size and time of the last change, in whole milliseconds: copies between file systems keep no more, and a number
 * without a fraction reads the same everywhere.
 */
export const versionOf = ({ sizeBytes, mtimeMs }: SizeAndTime): string =>
  versionOfState(sizeBytes, mtimeMs);

/** The same without an object to hold both: for the look at very many files. */
export const versionOfState = (sizeBytes: number, mtimeMs: number): string =>
  `${sizeBytes}:${Math.floor(mtimeMs)}`;

/**
 * Survives a rename. The number of the file alone does not make it the same: it is given again as soon as a file
 * is deleted, so size and exact time belong to it. Null where there is no number.
 */
export function fingerprintOf(
  dev: number,
  file: Pick<FileLocation, 'sizeBytes' | 'mtimeMs' | 'ino'>,
): string | null {
  return file.ino === '0' ? null : `${dev}:${file.ino}:${file.sizeBytes}:${file.mtimeMs}`;
}
