// Whether a ZIP needs a password: an entry of its directory says so (APPNOTE 4.4.4, bit 0).
import { readUpTo, sliceOf, type ByteSource } from './byte-source.ts';

const LOCAL = 0x04034b50;
const ENTRY = 0x02014b50;
const END = Buffer.from('PK\x05\x06', 'latin1');
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
/** Directories longer than this are judged by their beginning. */
const DIRECTORY_BYTES = 16_777_216;
const ENTRY_BYTES = 46;

export function isZip(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32LE(0) === LOCAL;
}

export async function zipNeedsPassword(source: ByteSource): Promise<boolean> {
  const tailBytes = Math.min(source.sizeBytes, END_BYTES + LONGEST_COMMENT);
  const tailAt = source.sizeBytes - tailBytes;
  const tail = await readUpTo(sliceOf(source, tailAt, tailBytes), tailBytes);
  const end = tail.lastIndexOf(END);
  if (end < 0 || end + END_BYTES > tail.length) return firstEntryNeedsPassword(source);
  const length = tail.readUInt32LE(end + 12);
  // Counted back from the end record: that holds for archives with something before them, and for ZIP64.
  const startsAt = Math.max(0, tailAt + end - length);
  const stated = tail.readUInt32LE(end + 16);
  for (const at of new Set([stated, startsAt])) {
    const found = await entriesNeedPassword(sliceOf(source, at, Math.min(length, DIRECTORY_BYTES)));
    if (found !== null) return found;
  }
  return firstEntryNeedsPassword(source);
}

/** Null when there is no directory here. */
async function entriesNeedPassword(directory: ByteSource): Promise<boolean | null> {
  let at = 0;
  for (; at + ENTRY_BYTES <= directory.sizeBytes;) {
    const entry = await directory.bytes(at, ENTRY_BYTES);
    if (entry.length < ENTRY_BYTES || entry.readUInt32LE(0) !== ENTRY) break;
    if ((entry.readUInt16LE(8) & 1) !== 0) return true;
    at += ENTRY_BYTES + entry.readUInt16LE(28) + entry.readUInt16LE(30) + entry.readUInt16LE(32);
  }
  return at > 0 ? false : null;
}

async function firstEntryNeedsPassword(source: ByteSource): Promise<boolean> {
  const head = await source.bytes(0, 8);
  return head.length === 8 && isZip(head) && (head.readUInt16LE(6) & 1) !== 0;
}
