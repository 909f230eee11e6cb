// Objects and streams at known places of a PDF on disk, read in pieces that grow only as long as they must.
import type { ReadAt } from '../../files/read-blocks.ts';
import { readRange } from '../bytes/byte-source.ts';
import { isDict, PdfBroken, PdfCut, PdfParser, type PdfValue } from './pdf-objects.ts';

export type PdfBytes = {
  readonly read: ReadAt;
  readonly sizeBytes: number;
  /** Counts what is decoded; reading counts by itself. Throws PdfBroken above the file's budget. */
  readonly spend: (bytes: number) => void;
};

/**
 * Objects may overlap, and name each other over and over: without a limit on the whole, a small file could keep a
 * reader busy for hours.
 */
export function pdfBytes(read: ReadAt, sizeBytes: number): PdfBytes {
  let left = 2 * sizeBytes + EXTRA_BYTES;
  const spend = (bytes: number): void => {
    left -= bytes;
    if (left < 0) throw new PdfBroken('too much work');
  };
  return {
    sizeBytes,
    spend,
    read: async (into, length, position) => {
      spend(length);
      return read(into, length, position);
    },
  };
}

export type PdfObject = {
  readonly number: number;
  readonly value: PdfValue;
  /** Where the bytes of its stream begin; null = it has none. */
  readonly streamAt: number | null;
};

/** Attachments are read and decoded on top of the file's own structure. */
const EXTRA_BYTES = 64_000_000;
const MAX_OBJECT_BYTES = 4_194_304;

/** Numbers and offsets at the head of an object stream. */
export function packedPlaces(object: PdfObject, data: Buffer): Map<number, number> {
  const dict = isDict(object.value) ? object.value : new Map<string, PdfValue>();
  const first = Number(dict.get('First') ?? 0);
  const count = Number(dict.get('N') ?? 0);
  const words = data.toString('latin1', 0, Math.max(0, first)).trim().split(/\s+/u);
  const places = new Map<number, number>();
  for (let i = 0; i < count && 2 * i + 1 < words.length; i++) {
    places.set(Number(words[2 * i]), first + Number(words[2 * i + 1]));
  }
  return places;
}

/** A value may be the last thing in its stream: the parser wants to see that it is over. */
export const padded = (data: Buffer): Buffer => Buffer.concat([data, Buffer.from(' ')]);

/** `12 0 obj …` at an offset of the file. Throws PdfBroken. */
export async function objectAt(bytes: PdfBytes, offset: number): Promise<PdfObject> {
  for (let length = 4096; ; length *= 8) {
    const piece = await readRange(bytes.read, offset, Math.min(length, MAX_OBJECT_BYTES));
    const isAll = piece.length < length;
    try {
      return parseObject(isAll ? padded(piece) : piece, offset);
    } catch (error) {
      if (!(error instanceof PdfCut) || isAll) throw new PdfBroken('object');
    }
  }
}

function parseObject(piece: Buffer, offset: number): PdfObject {
  const head = /^\s*(\d{1,10})\s+\d{1,5}\s+obj/u.exec(piece.toString('latin1', 0, 60));
  if (head === null) throw new PdfBroken('object head');
  const parser = new PdfParser(piece, head[0].length);
  const number = Number(head[1]);
  const value = parser.value();
  if (!isDict(value) || !parser.takeWord('stream')) return { number, value, streamAt: null };
  // `stream` is followed by LF or CR LF; a lone CR is an error some producers make.
  let at = parser.at;
  if (piece[at] === 0x0d) at++;
  if (piece[at] === 0x0a) at++;
  return { number, value, streamAt: offset + at };
}

/** The bytes of a stream, by its length where that is true, else up to `endstream`. */
export async function rawStream(
  { read, sizeBytes }: PdfBytes,
  at: number,
  { length, maxBytes }: { readonly length: PdfValue; readonly maxBytes: number },
): Promise<Buffer> {
  if (typeof length === 'number' && length >= 0 && at + length <= sizeBytes) {
    if (length > maxBytes) throw new PdfBroken('too large');
    const bytes = await readRange(read, at, length + 20);
    if (/^\s*endstream/u.test(bytes.toString('latin1', length))) return bytes.subarray(0, length);
  }
  const bytes = await readRange(read, at, Math.min(maxBytes, sizeBytes - at));
  const end = bytes.indexOf('endstream');
  if (end < 0) throw new PdfBroken('endstream');
  return bytes.subarray(0, end);
}
