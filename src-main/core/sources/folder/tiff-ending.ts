// TIFF and BigTIFF: every page's directory, and the image data it points to, must lie inside the file. Writers put
// the data before or after its directory, so the chain alone does not tell that the last page is there.
import type { EndCheck } from './folder-access.ts';

/** Byte order and width of the numbers of one file (TIFF 6.0 §2; BigTIFF: libtiff's specification). */
type Shape = {
  readonly isLittle: boolean;
  readonly isBig: boolean;
  readonly sizeBytes: number;
};

/** Longer chains go round in circles, or are beyond what is worth reading at every look. */
const MAX_PAGES = 10_000;
/** A directory has some twenty entries; a number far above is not a directory. */
const MAX_ENTRIES = 4096;
/** Of a page cut into very many strips the last ones are looked at: they were written last. */
const MAX_VALUES = 8192;

export function* tiffEnds(sizeBytes: number): EndCheck<boolean> {
  const head = yield { offset: 0, length: 16 };
  const isLittle = head[0] === 0x49;
  const shape = { isLittle, isBig: uint(head, 2, { isLittle, bytes: 2 }) === 43, sizeBytes };
  if (head.length < (shape.isBig ? 16 : 8)) return false;
  let at = uint(head, shape.isBig ? 8 : 4, offsetOf(shape));
  if (at === 0) return false;
  for (let page = 0; at !== 0 && page < MAX_PAGES; page += 1) {
    const next = yield* pageEnds(shape, at);
    if (next === undefined) return false;
    at = next;
  }
  return true;
}

type Width = { readonly isLittle: boolean; readonly bytes: number };
const offsetOf = ({ isLittle, isBig }: Shape): Width => ({ isLittle, bytes: isBig ? 8 : 4 });

/** Where the next directory lies, 0 = none; undefined when this page is not all there. */
function* pageEnds(shape: Shape, at: number): EndCheck<number | undefined> {
  const { isLittle, isBig, sizeBytes } = shape;
  const countBytes = isBig ? 8 : 2;
  const entryBytes = isBig ? 20 : 12;
  const offset = offsetOf(shape);
  if (at + countBytes > sizeBytes) return undefined;
  const countField = yield { offset: at, length: countBytes };
  if (countField.length < countBytes) return undefined;
  const count = uint(countField, 0, { isLittle, bytes: countBytes });
  if (count === 0 || count > MAX_ENTRIES) return undefined;
  const length = count * entryBytes + offset.bytes;
  if (at + countBytes + length > sizeBytes) return undefined;
  const directory = yield { offset: at + countBytes, length };
  if (directory.length < length) return undefined;
  const entries = new Map<number, Buffer>();
  for (let i = 0; i < count; i += 1) {
    const entry = directory.subarray(i * entryBytes, (i + 1) * entryBytes);
    entries.set(uint(entry, 0, { isLittle, bytes: 2 }), entry);
  }
  for (const [offsets, counts] of DATA_TAGS) {
    const whole = yield* dataEnds(shape, entries.get(offsets), entries.get(counts));
    if (!whole) return undefined;
  }
  return uint(directory, count * entryBytes, offset);
}

/** StripOffsets with StripByteCounts, TileOffsets with TileByteCounts. */
const DATA_TAGS = [
  [273, 279],
  [324, 325],
] as const;

function* dataEnds(
  shape: Shape,
  offsets: Buffer | undefined,
  counts: Buffer | undefined,
): EndCheck<boolean> {
  if (offsets === undefined || counts === undefined) return true;
  const starts = yield* values(shape, offsets);
  const lengths = yield* values(shape, counts);
  if (starts === undefined || lengths === undefined) return false;
  return starts.every((start, i) => start + (lengths[i] ?? 0) <= shape.sizeBytes);
}

/** The numbers of one entry, at most the last MAX_VALUES; undefined when they lie beyond the end of the file. */
function* values(shape: Shape, entry: Buffer): EndCheck<readonly number[] | undefined> {
  const { isLittle, isBig, sizeBytes } = shape;
  const bytes = TYPE_BYTES.get(uint(entry, 2, { isLittle, bytes: 2 }));
  if (bytes === undefined) return [];
  const count = uint(entry, 4, offsetOf(shape));
  const valueAt = isBig ? 12 : 8;
  const length = count * bytes;
  const taken = Math.min(count, MAX_VALUES);
  const width = { isLittle, bytes };
  if (length <= offsetOf(shape).bytes) return numbers(entry.subarray(valueAt), count, width);
  const start = uint(entry, valueAt, offsetOf(shape));
  if (start + length > sizeBytes) return undefined;
  const data = yield { offset: start + length - taken * bytes, length: taken * bytes };
  return data.length < taken * bytes ? undefined : numbers(data, taken, width);
}

/** SHORT, LONG, LONG8: the types these tags may have. */
const TYPE_BYTES = new Map([
  [3, 2],
  [4, 4],
  [16, 8],
]);

const numbers = (data: Buffer, count: number, width: Width): number[] =>
  Array.from({ length: count }, (_, i) => uint(data, i * width.bytes, width));

function uint(data: Buffer, at: number, { isLittle, bytes }: Width): number {
  if (at + bytes > data.length) return 0;
  if (bytes === 8) return Number(isLittle ? data.readBigUInt64LE(at) : data.readBigUInt64BE(at));
  return isLittle ? data.readUIntLE(at, bytes) : data.readUIntBE(at, bytes);
}
