// Where the objects of a PDF lie (ISO 32000-1 §7.5.4, §7.5.8). Tables are not loaded: an entry is read where it
// stands, so a file with a million objects costs no memory.
import type { ReadAt } from '../../files/read-blocks.ts';
import { readRange } from '../bytes/byte-source.ts';
import { isArray, PdfBroken, type PdfDict, type PdfValue } from './pdf-objects.ts';

export type PdfPlace =
  | { readonly kind: 'offset'; readonly offset: number }
  /** Inside an object stream. */
  | { readonly kind: 'packed'; readonly stream: number; readonly index: number };

/** Part of a cross-reference: answers for the numbers it covers. */
export interface PdfSection {
  /** undefined = not covered here, null = covered and free. */
  find(number: number): Promise<PdfPlace | null | undefined>;
}

const ENTRY_BYTES = 20;

/** `0 52` and 52 entries of 20 bytes each. */
export function tableSection(
  read: ReadAt,
  {
    first,
    count,
    offset,
  }: { readonly first: number; readonly count: number; readonly offset: number },
): PdfSection {
  return {
    async find(number) {
      if (number < first || number >= first + count) return undefined;
      const bytes = await readRange(read, offset + (number - first) * ENTRY_BYTES, ENTRY_BYTES);
      const entry = /^(\d{10}) (\d{5}) ([nf])/u.exec(bytes.toString('latin1'));
      if (entry === null) throw new PdfBroken('entry');
      return entry[3] === 'n' ? { kind: 'offset', offset: Number(entry[1]) } : null;
    },
  };
}

/** A cross-reference stream, already decoded. */
export function streamSection(dict: PdfDict, data: Buffer): PdfSection {
  const [w0, w1, w2] = numbers(dict.get('W'), [0, 0, 0]);
  const size = Number(dict.get('Size') ?? 0);
  const index = numbers(dict.get('Index'), [0, size]);
  const widths = [w0 ?? 0, w1 ?? 0, w2 ?? 0];
  const entryBytes = widths.reduce((sum, width) => sum + width, 0);
  if (entryBytes === 0 || widths.some((width) => width < 0 || width > 8)) throw new PdfBroken('W');
  return {
    find(number) {
      const row = rowOf(number, index);
      if (row < 0 || (row + 1) * entryBytes > data.length) return Promise.resolve(undefined);
      const fields = fieldsAt(data, row * entryBytes, widths);
      return Promise.resolve(placeOf(fields, widths[0] === 0));
    },
  };
}

function rowOf(number: number, index: readonly number[]): number {
  let row = 0;
  for (let i = 0; i + 1 < index.length; i += 2) {
    const [first, count] = [index[i] ?? 0, index[i + 1] ?? 0];
    if (number >= first && number < first + count) return row + number - first;
    row += count;
  }
  return -1;
}

function fieldsAt(data: Buffer, at: number, widths: readonly number[]): number[] {
  let from = at;
  return widths.map((width) => {
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + (data[from++] ?? 0);
    return value;
  });
}

function placeOf(fields: readonly number[], hasNoType: boolean): PdfPlace | null {
  const [type = 0, second = 0, third = 0] = fields;
  if (hasNoType || type === 1) return { kind: 'offset', offset: second };
  return type === 2 ? { kind: 'packed', stream: second, index: third } : null;
}

function numbers(value: PdfValue | undefined, standard: readonly number[]): readonly number[] {
  if (!isArray(value)) return standard;
  return value.map((item) => (typeof item === 'number' ? item : 0));
}

/** Found by looking through the file, when its own table cannot be used. */
export function foundSection(places: ReadonlyMap<number, PdfPlace>): PdfSection {
  return { find: (number) => Promise.resolve(places.get(number)) };
}
