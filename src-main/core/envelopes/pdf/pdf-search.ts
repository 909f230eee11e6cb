// The objects of a PDF whose table cannot be used: looked for from the first byte to the last, once, block by block.
import { throwIfAborted } from '../../errors.ts';
import { readRange } from '../bytes/byte-source.ts';
import { objectAt, packedPlaces, type PdfBytes, rawStream } from './pdf-read.ts';
import { isDict, PdfBroken, type PdfDict, type PdfValue } from './pdf-objects.ts';
import { decodeStream } from './pdf-streams.ts';
import { foundSection, type PdfPlace } from './pdf-table.ts';
import { type PdfTables, trailerAt } from './pdf-tables.ts';

const BLOCK_BYTES = 1_048_576;
/** An object's head and the beginning of its dictionary never fall between two blocks. */
const OVERLAP_BYTES = 1024;
/** Takes a second or two; a damaged PDF beyond that is no invoice. */
const MAX_FILE_BYTES = 268_435_456;
const MAX_OBJECTS = 300_000;
const MAX_OBJECT_STREAMS = 500;
const MAX_STREAM_BYTES = 16_777_216;

type Found = {
  readonly places: Map<number, PdfPlace>;
  readonly objectStreams: number[];
  trailerAt: number | null;
  catalog: number | null;
  isEncrypted: boolean;
};

/** Throws PdfBroken when there is neither trailer nor catalog. */
export async function findObjects(bytes: PdfBytes, signal: AbortSignal): Promise<PdfTables> {
  const found: Found = {
    places: new Map(),
    objectStreams: [],
    trailerAt: null,
    catalog: null,
    isEncrypted: false,
  };
  if (bytes.sizeBytes > MAX_FILE_BYTES) throw new PdfBroken('too large to search');
  for (let from = 0; from < bytes.sizeBytes; from += BLOCK_BYTES) {
    throwIfAborted(signal);
    const block = await readRange(bytes.read, from, BLOCK_BYTES + OVERLAP_BYTES);
    searchBlock(block.toString('latin1'), from, found);
    if (found.places.size > MAX_OBJECTS) throw new PdfBroken('objects');
  }
  if (!found.isEncrypted) {
    for (const offset of found.objectStreams) {
      throwIfAborted(signal);
      await addPacked(bytes, offset, found);
    }
  }
  return { trailer: await trailerOf(bytes, found), sections: [foundSection(found.places)] };
}

function searchBlock(text: string, from: number, found: Found): void {
  for (const match of text.matchAll(/(\d{1,10})\s{1,4}\d{1,5}\s{1,4}obj(?![a-z])|trailer/gu)) {
    if (match.index >= BLOCK_BYTES) return;
    const at = from + match.index;
    if (match[1] === undefined) {
      found.trailerAt = at + 'trailer'.length;
      continue;
    }
    const number = Number(match[1]);
    // A later object of the same number replaces the earlier one, as an incremental update does.
    found.places.set(number, { kind: 'offset', offset: at });
    const start = match.index + match[0].length;
    const type = /\/Type\s*\/(Catalog|ObjStm|XRef)\b/u.exec(text.slice(start, start + 512))?.[1];
    if (type === 'Catalog') found.catalog = number;
    else if (type === 'ObjStm' && found.objectStreams.length < MAX_OBJECT_STREAMS) {
      found.objectStreams.push(at);
    } else if (type === 'XRef' && text.slice(start, start + 512).includes('/Encrypt')) {
      found.isEncrypted = true;
    }
  }
}

async function addPacked(bytes: PdfBytes, offset: number, found: Found): Promise<void> {
  try {
    const object = await objectAt(bytes, offset);
    if (!isDict(object.value) || object.streamAt === null) return;
    const length = object.value.get('Length') ?? null;
    const raw = await rawStream(bytes, object.streamAt, { length, maxBytes: MAX_STREAM_BYTES });
    const data = await decodeStream(object.value, raw, MAX_STREAM_BYTES);
    bytes.spend(data.length);
    let index = 0;
    for (const [number, at] of packedPlaces(object, data)) {
      if (!found.places.has(number)) {
        found.places.set(number, { kind: 'packed', stream: object.number, index: index++ });
        if (/\/Type\s*\/Catalog\b/u.test(data.toString('latin1', at, at + 300))) {
          found.catalog ??= number;
        }
      }
    }
  } catch {
    // One damaged object stream: what the others hold may still be enough.
  }
}

async function trailerOf(bytes: PdfBytes, found: Found): Promise<PdfDict> {
  const trailer = new Map<string, PdfValue>();
  if (found.trailerAt !== null) {
    const written = await trailerAt(bytes, found.trailerAt).catch(() => null);
    for (const [key, value] of written ?? []) trailer.set(key, value);
  }
  if (!trailer.has('Root') && found.catalog !== null) {
    trailer.set('Root', { kind: 'ref', number: found.catalog });
  }
  if (found.isEncrypted) trailer.set('Encrypt', null);
  if (!trailer.has('Root')) throw new PdfBroken('catalog');
  return trailer;
}
