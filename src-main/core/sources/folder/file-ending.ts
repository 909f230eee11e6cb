// Whether a file looks finished, by what its format says its end must be. A file is checked as what it begins like,
// not as what it is called: a PNG named .pdf has no end that we know. Only where space was reserved and nothing
// is written yet does the name tell what is to come.
import type { EndCheck } from './folder-access.ts';
import { jpegEnds, pdfEnds } from './tail-ending.ts';
import { tiffEnds } from './tiff-ending.ts';
import { xmlEnds } from './xml-ending.ts';
import { zipEnds } from './zip-ending.ts';

export type Format = 'pdf' | 'zip' | 'xml' | 'tiff' | 'jpeg';

/** `format` null: no end is known for it, so it counts as complete. */
export type Ending = { readonly format: Format | null; readonly isComplete: boolean };

/** Enough for every signature; also where a PDF may begin late (ISO 32000-1, implementation note 13). */
const HEAD_BYTES = 1024;
/** No file of these formats is shorter, nor any signature longer. */
const SHORTEST_BYTES = 4;

export function* endCheck(name: string, sizeBytes: number): EndCheck<Ending> {
  const named = formatOfName(name);
  if (sizeBytes < SHORTEST_BYTES) return { format: named, isComplete: named === null };
  const head = yield { offset: 0, length: Math.min(HEAD_BYTES, sizeBytes) };
  if (named !== null && isBlank(head)) return { format: named, isComplete: false };
  const format = formatOfContent(head, named);
  if (format === null) return { format, isComplete: true };
  return { format, isComplete: yield* CHECKS[format](sizeBytes) };
}

const CHECKS = {
  pdf: pdfEnds,
  zip: zipEnds,
  xml: xmlEnds,
  tiff: tiffEnds,
  jpeg: jpegEnds,
} satisfies Record<Format, (sizeBytes: number) => EndCheck<boolean>>;

const EXTENSIONS: readonly (readonly [Format, string])[] = [
  ['pdf', 'pdf'],
  ['zip', 'zip docx docm dotx xlsx xlsm xltx pptx pptm odt ods odp odg ott ots epub asice asics'],
  ['xml', 'xml'],
  ['tiff', 'tif tiff'],
  ['jpeg', 'jpg jpeg jpe'],
];
const BY_EXTENSION = new Map(
  EXTENSIONS.flatMap(([format, names]) => names.split(' ').map((name) => [name, format] as const)),
);

const formatOfName = (name: string): Format | null =>
  BY_EXTENSION.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) ?? null;

function formatOfContent(head: Buffer, named: Format | null): Format | null {
  const start = head.toString('latin1', 0, 4);
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(start)) return 'tiff';
  // Local file header, or the end record of an empty archive.
  if (start === 'PK\x03\x04' || start === 'PK\x05\x06') return 'zip';
  if (start === '%PDF' || (named === 'pdf' && head.includes('%PDF-'))) return 'pdf';
  // Other names may hold markup that is not meant to be well-formed (.html).
  return named === 'xml' && beginsLikeXml(head) ? 'xml' : null;
}

/** `<`, after a byte order mark and white space; in UTF-16 with its zero byte on either side. */
const beginsLikeXml = (head: Buffer): boolean =>
  /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*</.test(head.toString('latin1', 0, 64));

const isBlank = (head: Buffer): boolean => head.every((byte) => byte === 0);
