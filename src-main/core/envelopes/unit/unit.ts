// Unit: what is recognised, taken and delivered as one: a folder, the content of an archive, one file, or the files
// that one metadata file of a mixed folder names.
import type { FileOnDisk } from '../bytes/byte-source.ts';

export type UnitShape = 'folder' | 'archive' | 'file' | 'group';

export type Unit = {
  readonly shape: UnitShape;
  /** Path below the launcher's root, `/` as separator: the folder, the archive, the file, the metadata file. */
  readonly name: string;
  /** On disk, readable now: an archive's lie in the spool. Names are inside the unit; clutter may be among them. */
  readonly files: readonly FileOnDisk[];
};
