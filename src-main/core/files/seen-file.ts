// A file as a look has found it, and whether it still is that one.
import type { Stats } from 'node:fs';

export type SizeAndTime = { readonly sizeBytes: number; readonly mtimeMs: number };

export type SeenFile = SizeAndTime & {
  readonly path: string;
  /** Its number in the volume, in decimal digits; `0` where there is none that could be compared. */
  readonly ino: string;
};

/** By size and time; listings and shares round the time, to the millisecond or when the file is closed. */
export const isAsFound = (look: Stats, file: SizeAndTime): boolean =>
  look.isFile() && look.size === file.sizeBytes && Math.abs(look.mtimeMs - file.mtimeMs) < 1;

/** By its number too; one that is no safe integer is not exact here, and says nothing. */
export const isSameFound = (look: Stats, file: Omit<SeenFile, 'path'>): boolean =>
  isAsFound(look, file) &&
  (file.ino === '0' || !Number.isSafeInteger(look.ino) || String(look.ino) === file.ino);
