// Content of PDF streams: the filters that attachments and object streams use, and the predictors of cross-reference
// streams. What a filter may blow up to is limited.
import { promisify } from 'node:util';
import { inflate, inflateRaw } from 'node:zlib';
import { isArray, isDict, nameOf, PdfBroken, type PdfDict, type PdfValue } from './pdf-objects.ts';

const inflateAsync = promisify<Buffer, { maxOutputLength: number; finishFlush: number }, Buffer>(
  inflate,
);
const inflateRawAsync = promisify<Buffer, { maxOutputLength: number; finishFlush: number }, Buffer>(
  inflateRaw,
);
/** zlib's Z_SYNC_FLUSH: gives what there is of a cut stream instead of an error. */
const SYNC_FLUSH = 2;

/** Throws PdfBroken for unknown filters and too much output; Error of zlib for damaged data. */
export async function decodeStream(
  dict: PdfDict,
  raw: Buffer,
  maxOutputLength: number,
): Promise<Buffer> {
  const filters = listOf(dict.get('Filter') ?? dict.get('F')).map(nameOf);
  const parameters = listOf(dict.get('DecodeParms') ?? dict.get('DP'));
  if (filters.length > 4) throw new PdfBroken('filters');
  let bytes = raw;
  for (const [index, filter] of filters.entries()) {
    bytes = await applyFilter(filter, bytes, maxOutputLength);
    const parms = parameters[index];
    if (isDict(parms)) bytes = undoPredictor(bytes, parms);
  }
  return bytes;
}

const listOf = (value: PdfValue | undefined): readonly PdfValue[] => {
  if (value === undefined || value === null) return [];
  return isArray(value) ? value : [value];
};

async function applyFilter(
  filter: string,
  bytes: Buffer,
  maxOutputLength: number,
): Promise<Buffer> {
  switch (filter) {
    case 'FlateDecode':
    case 'Fl':
      return inflateLeniently(bytes, maxOutputLength);
    case 'ASCIIHexDecode':
    case 'AHx':
      return Buffer.from(bytes.toString('latin1').replace(/>.*$|[^0-9a-f]/gisu, ''), 'hex');
    case 'ASCII85Decode':
    case 'A85':
      return ascii85(bytes);
    case 'Crypt':
      return bytes;
    default:
      throw new PdfBroken(`filter ${filter}`);
  }
}

async function inflateLeniently(bytes: Buffer, maxOutputLength: number): Promise<Buffer> {
  const options = { maxOutputLength, finishFlush: SYNC_FLUSH };
  try {
    return await inflateAsync(bytes, options);
  } catch (error) {
    // Some producers leave the zlib header out; a limit that was reached stays reached.
    if (error instanceof RangeError) throw new PdfBroken('too large');
    return inflateRawAsync(bytes, options);
  }
}

function ascii85(bytes: Buffer): Buffer {
  const out: number[] = [];
  let group: number[] = [];
  const flush = (): void => {
    const missing = 5 - group.length;
    const value = [...group, ...Array<number>(missing).fill(84)].reduce(
      (sum, c) => sum * 85 + c,
      0,
    );
    for (let i = 0; i < 4 - missing; i++) out.push(Math.floor(value / 256 ** (3 - i)) & 0xff);
    group = [];
  };
  for (const byte of bytes) {
    if (byte === 0x7e) break;
    if (byte === 0x7a && group.length === 0) out.push(0, 0, 0, 0);
    else if (byte >= 0x21 && byte <= 0x75) {
      group.push(byte - 0x21);
      if (group.length === 5) flush();
    }
  }
  if (group.length > 1) flush();
  return Buffer.from(out);
}

/** PNG predictors (RFC 2083 §6), as cross-reference and object streams use them. */
function undoPredictor(bytes: Buffer, parms: PdfDict): Buffer {
  const number = (key: string, standard: number): number => {
    const value = parms.get(key);
    return typeof value === 'number' ? value : standard;
  };
  if (number('Predictor', 1) < 10) return bytes;
  const bits = number('Colors', 1) * number('BitsPerComponent', 8);
  const rowBytes = Math.ceil((bits * number('Columns', 1)) / 8);
  const pixelBytes = Math.max(1, bits >> 3);
  if (!(rowBytes > 0 && rowBytes < 1_000_000)) throw new PdfBroken('predictor');
  const rows = Math.floor(bytes.length / (rowBytes + 1));
  const out = Buffer.alloc(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const from = row * (rowBytes + 1);
    const target = out.subarray(row * rowBytes, (row + 1) * rowBytes);
    const above = row === 0 ? null : out.subarray((row - 1) * rowBytes, row * rowBytes);
    unfilterRow(bytes.subarray(from, from + rowBytes + 1), target, { above, pixelBytes });
  }
  return out;
}

function unfilterRow(
  source: Buffer,
  target: Buffer,
  { above, pixelBytes }: { readonly above: Buffer | null; readonly pixelBytes: number },
): void {
  const filter = source[0];
  for (let i = 0; i < target.length; i++) {
    const left = target[i - pixelBytes] ?? 0;
    const up = above?.[i] ?? 0;
    const upLeft = above?.[i - pixelBytes] ?? 0;
    target[i] = ((source[i + 1] ?? 0) + predicted(filter, left, up, upLeft)) & 0xff;
  }
}

function predicted(filter: number | undefined, left: number, up: number, upLeft: number): number {
  switch (filter ?? 0) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const guess = left + up - upLeft;
      const [byLeft, byUp] = [Math.abs(guess - left), Math.abs(guess - up)];
      const byUpLeft = Math.abs(guess - upLeft);
      if (byLeft <= byUp && byLeft <= byUpLeft) return left;
      return byUp <= byUpLeft ? up : upLeft;
    }
    default:
      return 0;
  }
}
