// Where a message lies, as the ledger keeps it: opaque there, parsed here. UIDVALIDITY stays text: it may be
// larger than 32 bits in practice, and it is only ever compared.
import { z } from 'zod';
import { RefusedError, type AppError } from '../../errors.ts';

export const MessageLocation = z.object({
  folder: z.string(),
  uidValidity: z.string(),
  uid: z.number().int().positive(),
});
export type MessageLocation = z.infer<typeof MessageLocation>;

export const ListCursor = z.object({
  /** What the cursor counts in: another server, account or folder makes it void. */
  scope: z.string(),
  uidValidity: z.string(),
  uidNext: z.number().int(),
  /** UTC ISO: when all UIDs were last compared, not only the new ones. */
  lastFullAt: z.string(),
});
export type ListCursor = z.infer<typeof ListCursor>;

export function messageKey(location: MessageLocation): string {
  return `${location.folder}\n${location.uidValidity}:${location.uid}`;
}

export function writeLocation(location: MessageLocation): string {
  return JSON.stringify(location);
}

/** Null: the ledger holds something this version cannot read. */
export function readLocation(text: string): MessageLocation | null {
  return MessageLocation.safeParse(parseJson(text)).data ?? null;
}

/** Null when there is none or it cannot be read: everything is listed then. */
export function readCursor(text: string | null): ListCursor | null {
  if (text === null) return null;
  return ListCursor.safeParse(parseJson(text)).data ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Judged by the schema, like any other wrong value.
    return undefined;
  }
}

export function badLocation(): AppError {
  return new RefusedError('imap.badLocation');
}
