// Piece: one file of a unit, with all that its content says. What cannot be read is a piece too, with the reason: it
// only matters if nothing else explains the unit.
import type { EnvelopeLimits } from '#contract/model/envelope';
import { RefusedError } from '../../errors.ts';
import { archiveFormat } from '../archives/unpack.ts';
import { isText, magicOf } from '../attachments/magic.ts';
import { fileBytes, type FileOnDisk, readRange, withBytes } from '../bytes/byte-source.ts';
import {
  type BusinessXml,
  readBusinessXml,
  type ReadBusinessXml,
} from '../formats/business-xml.ts';
import { jsonMap, type PastellMap, yamlMap } from '../pastell/pastell-map.ts';
import { mediaTypeOf } from '../../sources/folder/media-type.ts';
import { detectEncoding } from '../xml/xml-encoding.ts';

export type PieceFormat = 'xml' | 'json' | 'yaml' | 'pdf' | 'archive' | 'empty' | 'other';

export type Piece = {
  readonly file: FileOnDisk;
  readonly format: PieceFormat;
  readonly mediaType: string;
  readonly xml: ReadBusinessXml | null;
  /** Of JSON, YAML or `flux`. */
  readonly map: PastellMap | null;
  /** Why its content could not be read. */
  readonly problem: RefusedError | null;
};

const HEAD_BYTES = 4096;
/** Longer YAML is no metadata, and slow to find that out. */
const MAX_YAML_BYTES = 262_144;
const YAML_NAME = /\.(?:txt|ya?ml)$/iu;

/** Throws GoneError, TransientError, CancelledError; what is wrong with the content is in the piece. */
export async function readPiece(
  file: FileOnDisk,
  limits: EnvelopeLimits,
  signal: AbortSignal,
): Promise<Piece> {
  const source = fileBytes(file);
  const head = await withBytes(source, (read) => readRange(read, 0, HEAD_BYTES));
  const format = formatOf(head, file.name);
  const none = { file, format, mediaType: typeOf(head, file.name), xml: null, map: null };
  try {
    if (format === 'xml') {
      const xml = await readBusinessXml(source, limits, signal);
      return { ...none, xml, map: mapOf(xml.facts), problem: null };
    }
    if (format === 'json' || format === 'yaml') {
      const map = await readMap(file, format, limits);
      return { ...none, map, problem: null };
    }
    return { ...none, problem: null };
  } catch (error) {
    if (error instanceof RefusedError) return { ...none, problem: error };
    throw error;
  }
}

const mapOf = (facts: BusinessXml): PastellMap | null => (facts.type === 'flux' ? facts.map : null);

function formatOf(head: Buffer, name: string): PieceFormat {
  if (head.length === 0) return 'empty';
  if (magicOf(head)?.extension === 'pdf') return 'pdf';
  if (archiveFormat(head) !== null) return 'archive';
  const start = textStart(head);
  if (start === '<') return 'xml';
  if (start === '{' || start === '[') return 'json';
  return YAML_NAME.test(name) && isText(head) ? 'yaml' : 'other';
}

/** First character that is neither blank nor a byte order mark, in any of the encodings of XML. */
function textStart(head: Buffer): string {
  try {
    const { label, markBytes } = detectEncoding(head, '');
    return new TextDecoder(label).decode(head.subarray(markBytes)).trimStart().charAt(0);
  } catch {
    // An encoding we cannot read is declared: in the declaration of an XML file, then.
    return '<';
  }
}

function typeOf(head: Buffer, name: string): string {
  const byName = mediaTypeOf(name);
  const byContent = magicOf(head)?.mediaType;
  // Office files are zips by their bytes: the name knows better.
  if (byContent === undefined || byContent === 'application/zip') return byName;
  return byContent;
}

async function readMap(
  file: FileOnDisk,
  format: 'json' | 'yaml',
  limits: EnvelopeLimits,
): Promise<PastellMap | null> {
  const maxBytes = format === 'yaml' ? MAX_YAML_BYTES : limits.maxMetadataBytes;
  if (file.sizeBytes > maxBytes) return null;
  const bytes = await withBytes(fileBytes(file), (read) => readRange(read, 0, file.sizeBytes));
  const text = decoded(bytes);
  return format === 'json' ? jsonMap(text) : yamlMap(text);
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Written by hand on a Windows machine.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
