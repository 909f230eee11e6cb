// Where a unit lies and what it looked like: enough to open it again, to put it away, and to see whether it is still
// the same. Kept as JSON in the ledger.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { isIgnoredName } from '../../envelopes/unit/ignored-names.ts';
import { isMarker } from '../../envelopes/unit/end-marker.ts';
import type { UnitPlan } from '../../envelopes/unit/plan-units.ts';
import type { ScannedFile } from '../../envelopes/unit/scan-unit.ts';

export const UnitLocation = z.object({
  shape: z.enum(['folder', 'archive', 'file', 'group']),
  /** The folder, the archive, the file, the metadata file of a group. */
  path: z.string().min(1),
  /** Names inside the unit; `path` where it does not follow from the folder's. */
  files: z.array(
    z.object({
      name: z.string(),
      path: z.string().optional(),
      sizeBytes: z.number(),
      mtimeMs: z.number(),
    }),
  ),
  /** Where its fate has put it: never touched again. */
  archived: z.boolean().default(false),
});
export type UnitLocation = z.infer<typeof UnitLocation>;

/** Undefined for what this program cannot have written. */
export function readUnitLocation(json: string): UnitLocation | undefined {
  try {
    return UnitLocation.safeParse(JSON.parse(json)).data;
  } catch {
    // Not JSON: as unknown as a wrong shape.
    return undefined;
  }
}

export function locationOf({ shape, path, files }: UnitPlan): UnitLocation {
  const told = files.map((file) => ({
    name: file.name,
    ...(shape === 'folder' ? {} : { path: file.path }),
    sizeBytes: file.sizeBytes,
    mtimeMs: file.mtimeMs,
  }));
  return { shape, path, files: told, archived: false };
}

export const filesAt = ({ path, files }: UnitLocation): ScannedFile[] =>
  files.map((file) => ({
    name: file.name,
    path: file.path ?? join(path, ...file.name.split('/')),
    sizeBytes: file.sizeBytes,
    mtimeMs: file.mtimeMs,
  }));

/**
 * Names, sizes and times of what counts: clutter and the end marker may come and go. Whole milliseconds, for copies
 * between file systems keep no more.
 */
export function versionOfFiles(files: readonly ScannedFile[], endMarker: string): string {
  const lines = files
    .filter(({ name }) => counts(name, endMarker))
    .map((file) => JSON.stringify([file.name, file.sizeBytes, Math.floor(file.mtimeMs)]))
    .sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 32);
}

export const counts = (name: string, endMarker: string): boolean =>
  !isIgnoredName(name) && !isMarker(name, endMarker);

/** Of a file as it was seen: two files of one name, size and time are the same. */
export const fileId = ({ path, sizeBytes, mtimeMs }: Omit<ScannedFile, 'name'>): string =>
  `${path}\0${String(sizeBytes)}\0${String(Math.floor(mtimeMs))}`;
