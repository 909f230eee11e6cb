// Files carried as base64 inside an XML file: which elements carry them, and what can be told of one from its first
// bytes, without decoding the rest.
import type { EnvelopeAttachment } from '#contract/model/envelope';
import type { PayloadSink } from '../xml/xml-visitor.ts';
import { isText, magicOf } from './magic.ts';

/** Whether the element at the end of `path` carries a file. The same for describing and for taking out. */
export function carriesFile(path: readonly string[]): boolean {
  const element = path.at(-1);
  const parent = path.at(-2);
  switch (path[0] ?? '') {
    case 'PES_Aller':
    case 'PES_Retour':
    case 'PES_ACQUIT':
    case 'PES_NonAcquit':
      return element === 'Fichier' && parent === 'Contenu';
    case 'CPPFacturePivot':
    case 'CPPFactureMixte':
      return element === 'Contenu' && parent === 'PJ';
    case 'Invoice':
    case 'CreditNote':
      return element === 'EmbeddedDocumentBinaryObject';
    case 'CrossIndustryInvoice':
    case 'CrossIndustryDocument':
      return element === 'AttachmentBinaryObject';
    default:
      return false;
  }
}

export type Glimpse = {
  readonly packing: EnvelopeAttachment['packing'];
  /** By the bytes; '' where they say nothing, or where they are packed. */
  readonly mediaType: string;
  /** Name of the file inside the packing, where the packing tells. */
  readonly innerName: string;
  /** About how many bytes the base64 stands for. */
  readonly packedBytes: number;
};

const HEAD_CHARACTERS = 1400;
const NOT_BASE64 = /[^A-Za-z0-9+/_-]+/gu;

/** Looks at the beginning of a payload and measures the rest. */
export class Glimpser implements PayloadSink {
  #head = '';
  #headBytes = 0;
  #bytes = 0;

  write(bytes: Buffer): undefined {
    this.#bytes += bytes.length;
    if (this.#head.length >= HEAD_CHARACTERS) return;
    // Blanks before the first character say nothing about the density of the rest.
    const start = this.#head === '' ? blanksBefore(bytes) : 0;
    this.#bytes -= start;
    const piece = bytes.subarray(start, start + 2 * HEAD_CHARACTERS);
    this.#headBytes += piece.length;
    this.#head += piece.toString('latin1').replace(NOT_BASE64, '');
  }

  end(): undefined {
    return undefined;
  }

  glimpse(): Glimpse {
    const head = Buffer.from(this.#head.slice(0, HEAD_CHARACTERS), 'base64');
    const density = this.#headBytes === 0 ? 0 : this.#head.length / this.#headBytes;
    const packedBytes = Math.floor((this.#bytes * density * 3) / 4);
    return { ...packingOf(head), packedBytes };
  }
}

function blanksBefore(bytes: Buffer): number {
  const first = bytes.findIndex((byte) => byte > 0x20);
  return first < 0 ? bytes.length : first;
}

/** Pure; `head`: the first decoded bytes. */
function packingOf(head: Buffer): Omit<Glimpse, 'packedBytes'> {
  if (head.length === 0) return { packing: 'empty', mediaType: '', innerName: '' };
  const magic = magicOf(head);
  if (magic?.extension === 'gz') {
    return { packing: 'gzip', mediaType: '', innerName: gzipName(head) };
  }
  if (magic?.extension === 'zip') {
    const innerName = zipName(head);
    if (!isOfficeEntry(innerName)) return { packing: 'zip', mediaType: '', innerName };
    return { packing: 'plain', mediaType: '', innerName: '' };
  }
  if (magic) return { packing: 'plain', mediaType: magic.mediaType, innerName: '' };
  if (isText(head)) return { packing: 'plain', mediaType: 'text/plain', innerName: '' };
  return { packing: 'unknown', mediaType: '', innerName: '' };
}

/** Office documents are archives themselves and must stay whole: their first entry gives them away. */
export const isOfficeEntry = (name: string): boolean =>
  /^(?:mimetype|\[Content_Types\]\.xml|_rels\/|docProps\/|META-INF\/|word\/|xl\/)/u.test(name);

/** Name in the first local header (APPNOTE 4.3.7). */
function zipName(head: Buffer): string {
  if (head.length < 30) return '';
  return lastPart(head.toString('utf8', 30, 30 + head.readUInt16LE(26)));
}

/** FNAME of RFC 1952 §2.3.1, when it comes first. */
function gzipName(head: Buffer): string {
  const flags = head[3] ?? 0;
  if ((flags & 0x08) === 0 || (flags & 0x04) !== 0) return '';
  const end = head.indexOf(0, 10);
  return end < 0 ? '' : lastPart(head.toString('latin1', 10, end));
}

const lastPart = (name: string): string =>
  name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
