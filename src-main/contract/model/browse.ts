// Folders of the machine the core runs on, for choosing one where the shell has no dialog of its own.
import { z } from 'zod';

export const BrowsePlace = z.object({ name: z.string(), path: z.string() });
export type BrowsePlace = z.infer<typeof BrowsePlace>;

/** A folder of a mailbox, to choose from. */
export const MailboxFolder = z.object({
  /** As the configuration wants it. */
  path: z.string(),
  label: z.string(),
  selectable: z.boolean(),
});

export const BrowseReport = z.object({
  /** The folder that is shown; empty = the list of places to begin with. */
  path: z.string(),
  /** One level up; null at the top. */
  parent: z.string().nullable(),
  /** Drives, the home folder, folders that launchers and jobs use already. */
  roots: z.array(BrowsePlace),
  /** Folders inside, by name; never a file. */
  folders: z.array(BrowsePlace),
  /** There are more than are listed. */
  isCut: z.boolean(),
});
export type BrowseReport = z.infer<typeof BrowseReport>;
