// ZIP and what is made of it (docx, xlsx, odt…): the end record must close the file, and the directory that it
// points to must lie right before it (APPNOTE 4.3.16, ZIP64 4.3.14 and 4.3.15).
import type { EndCheck } from './folder-access.ts';

const END = Buffer.from('PK\x05\x06', 'latin1');
const END_BYTES = 22;
const END64 = Buffer.from('PK\x06\x06', 'latin1');
const END64_BYTES = 56;
const LOCATOR64 = Buffer.from('PK\x06\x07', 'latin1');
const LOCATOR64_BYTES = 20;
const ENTRY = Buffer.from('PK\x01\x02', 'latin1');
const LONGEST_COMMENT = 0xffff;

/** The directory of the archive; it ends where the first end record begins. */
type Directory = {
  readonly entries: number;
  readonly startsAt: number;
  readonly sizeBytes: number;
  readonly endsAt: number;
};

export function* zipEnds(sizeBytes: number): EndCheck<boolean> {
  const directory = yield* findDirectory(sizeBytes);
  if (directory === undefined) return false;
  // An archive within a half-written archive ends like one, but counts from its own beginning.
  if (directory.startsAt + directory.sizeBytes !== directory.endsAt) return false;
  if (directory.entries === 0) return true;
  const first = yield { offset: directory.startsAt, length: ENTRY.length };
  return first.equals(ENTRY);
}

function* findDirectory(sizeBytes: number): EndCheck<Directory | undefined> {
  if (sizeBytes < END_BYTES) return undefined;
  // Nearly always there is no comment, and the record is the last thing in the file.
  const short = yield { offset: sizeBytes - END_BYTES, length: END_BYTES };
  if (endRecordAt(short, 0)) return yield* readEnd(short, sizeBytes - END_BYTES);
  const length = Math.min(sizeBytes, END_BYTES + LONGEST_COMMENT);
  const tail = yield { offset: sizeBytes - length, length };
  for (
    let at = tail.lastIndexOf(END);
    at >= 0;
    at = at === 0 ? -1 : tail.lastIndexOf(END, at - 1)
  ) {
    if (!endRecordAt(tail, at)) continue;
    return yield* readEnd(tail.subarray(at), sizeBytes - tail.length + at);
  }
  return undefined;
}

/** The comment's length must lead exactly to the end: else the signature is part of some data. */
const endRecordAt = (tail: Buffer, at: number): boolean =>
  at + END_BYTES <= tail.length &&
  tail.subarray(at, at + END.length).equals(END) &&
  at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length;

function* readEnd(record: Buffer, at: number): EndCheck<Directory | undefined> {
  const entries = record.readUInt16LE(10);
  const sizeBytes = record.readUInt32LE(12);
  const startsAt = record.readUInt32LE(16);
  const short = { entries, startsAt, sizeBytes, endsAt: at };
  if (entries !== 0xffff && sizeBytes !== 0xffff_ffff && startsAt !== 0xffff_ffff) return short;
  if (at < LOCATOR64_BYTES) return undefined;
  const locator = yield { offset: at - LOCATOR64_BYTES, length: LOCATOR64_BYTES };
  // Exactly 65,535 entries without ZIP64 is allowed.
  if (!locator.subarray(0, 4).equals(LOCATOR64)) return short;
  const recordAt = Number(locator.readBigUInt64LE(8));
  if (recordAt + END64_BYTES > at) return undefined;
  const end64 = yield { offset: recordAt, length: END64_BYTES };
  if (end64.length < END64_BYTES || !end64.subarray(0, 4).equals(END64)) return undefined;
  return {
    entries: Number(end64.readBigUInt64LE(32)),
    sizeBytes: Number(end64.readBigUInt64LE(40)),
    startsAt: Number(end64.readBigUInt64LE(48)),
    endsAt: recordAt,
  };
}
