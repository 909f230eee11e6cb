// Where a message lies, as the ledger keeps it: opaque there, parsed here. Ids are immutable ones: they stay when the
// message is moved, so the folder is noted beside. They are case-sensitive (learn.microsoft.com/graph/outlook-immutable-id).
import { z } from 'zod';
import { RefusedError, type AppError } from '../../errors.ts';

export const O365Location = z.object({ id: z.string().min(1), folderId: z.string().min(1) });
export type O365Location = z.infer<typeof O365Location>;

export const O365Cursor = z.object({
  /** What the cursor counts in: another account, mailbox or folder makes it void. */
  scope: z.string(),
  /** The folder, found by its name when it was last listed whole. */
  folderId: z.string(),
  /** UTC ISO, by Exchange's clock: all that changed before was seen. */
  since: z.string(),
  /** UTC ISO: when all messages were last compared, not only the changed ones. */
  lastFullAt: z.string(),
});
export type O365Cursor = z.infer<typeof O365Cursor>;

export function writeLocation({ id, folderId }: O365Location): string {
  return JSON.stringify({ id, folderId });
}

/** Null: the ledger holds something this version cannot read. */
export function readLocation(text: string): O365Location | null {
  return O365Location.safeParse(parseJson(text)).data ?? null;
}

/** Null when there is none or it cannot be read: everything is listed then. */
export function readCursor(text: string | null): O365Cursor | null {
  return text === null ? null : (O365Cursor.safeParse(parseJson(text)).data ?? null);
}

export function badLocation(): AppError {
  return new RefusedError('graph.badLocation');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Judged by the schema, like any other wrong value.
    return undefined;
  }
}
