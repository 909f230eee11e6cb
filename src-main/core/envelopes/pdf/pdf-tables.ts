// The chain of cross-reference tables and streams of a PDF, newest first (ISO 32000-1 §7.5.4 to §7.5.8), hybrids too.
import { readRange } from '../bytes/byte-source.ts';
import { isDict, PdfBroken, PdfCut, type PdfDict, PdfParser } from './pdf-objects.ts';
import { objectAt, type PdfBytes, rawStream } from './pdf-read.ts';
import { decodeStream } from './pdf-streams.ts';
import { type PdfSection, streamSection, tableSection } from './pdf-table.ts';

export type PdfTables = { readonly trailer: PdfDict; readonly sections: readonly PdfSection[] };

const TAIL_BYTES = 2048;
const MAX_TABLES = 200;
const MAX_SUBSECTIONS = 10_000;
const MAX_TRAILER_BYTES = 262_144;
const MAX_STREAM_BYTES = 33_554_432;

/** Throws PdfBroken, PdfCut. */
export async function readTables(bytes: PdfBytes): Promise<PdfTables> {
  const sections: PdfSection[] = [];
  const visited = new Set<number>();
  let trailer: PdfDict | null = null;
  let next: number | null = await startOfTables(bytes);
  while (next !== null && !visited.has(next)) {
    if (visited.size >= MAX_TABLES) throw new PdfBroken('tables');
    visited.add(next);
    const found: PdfTables = await tablesAt(bytes, next);
    trailer ??= found.trailer;
    sections.push(...found.sections);
    const hybrid = found.trailer.get('XRefStm');
    if (typeof hybrid === 'number' && !visited.has(hybrid)) {
      visited.add(hybrid);
      sections.push(...(await tablesAt(bytes, hybrid)).sections);
    }
    const previous = found.trailer.get('Prev');
    next = typeof previous === 'number' ? previous : null;
  }
  if (trailer === null) throw new PdfBroken('trailer');
  return { trailer, sections };
}

async function startOfTables({ read, sizeBytes }: PdfBytes): Promise<number> {
  const from = Math.max(0, sizeBytes - TAIL_BYTES);
  const tail = (await readRange(read, from, TAIL_BYTES)).toString('latin1');
  const start = /startxref\s+(\d{1,15})/u.exec(tail.slice(tail.lastIndexOf('startxref')));
  if (start === null) throw new PdfBroken('startxref');
  return Number(start[1]);
}

async function tablesAt(bytes: PdfBytes, offset: number): Promise<PdfTables> {
  const head = (await readRange(bytes.read, offset, 20)).toString('latin1');
  const isTable = /^\s*xref/u.exec(head);
  return isTable ? oldTable(bytes, offset + isTable[0].length) : streamTable(bytes, offset);
}

async function oldTable(bytes: PdfBytes, from: number): Promise<PdfTables> {
  const sections: PdfSection[] = [];
  let at = from;
  for (let count = 0; count < MAX_SUBSECTIONS; count++) {
    const line = (await readRange(bytes.read, at, 64)).toString('latin1');
    const head = /^\s*(\d{1,10})\s+(\d{1,10})\s*[\r\n]+/u.exec(line);
    if (head === null) {
      const word = /^\s*trailer/u.exec(line);
      if (word === null) throw new PdfBroken('table');
      return { trailer: await trailerAt(bytes, at + word[0].length), sections };
    }
    const [first, entries] = [Number(head[1]), Number(head[2])];
    const offset = at + head[0].length;
    if (offset + entries * 20 > bytes.sizeBytes) throw new PdfBroken('table');
    sections.push(tableSection(bytes.read, { first, count: entries, offset }));
    at = offset + entries * 20;
  }
  throw new PdfBroken('table');
}

export async function trailerAt(bytes: PdfBytes, at: number): Promise<PdfDict> {
  for (let length = 4096; length <= MAX_TRAILER_BYTES; length *= 8) {
    const piece = await readRange(bytes.read, at, length);
    try {
      const dict = new PdfParser(piece).value();
      if (isDict(dict)) return dict;
      break;
    } catch (error) {
      if (!(error instanceof PdfCut)) throw error;
    }
  }
  throw new PdfBroken('trailer');
}

async function streamTable(bytes: PdfBytes, offset: number): Promise<PdfTables> {
  const { value, streamAt } = await objectAt(bytes, offset);
  if (!isDict(value) || streamAt === null) throw new PdfBroken('table stream');
  const length = value.get('Length') ?? null;
  const raw = await rawStream(bytes, streamAt, { length, maxBytes: MAX_STREAM_BYTES });
  const data = await decodeStream(value, raw, MAX_STREAM_BYTES);
  bytes.spend(data.length);
  return { trailer: value, sections: [streamSection(value, data)] };
}
