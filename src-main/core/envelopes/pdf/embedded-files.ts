// Files embedded in a PDF: those of the name tree and those associated with the document (PDF/A-3). Names may be
// escaped, compressed or in UTF-16, so they are read as a reader would, never searched for.
import { throwIfAborted } from '../../errors.ts';
import type { PdfFile } from './pdf-file.ts';
import type { PdfObject } from './pdf-read.ts';
import {
  isArray,
  isDict,
  isRef,
  nameOf,
  type PdfDict,
  type PdfValue,
  textOf,
} from './pdf-objects.ts';

export type EmbeddedFile = {
  readonly name: string;
  /** Media type as declared; '' where none is. */
  readonly mediaType: string;
  readonly stream: PdfObject;
};

const MAX_NODES = 2000;
const MAX_FILES = 500;

/** Throws PdfBroken, PdfCut. */
export async function embeddedFiles(pdf: PdfFile, signal: AbortSignal): Promise<EmbeddedFile[]> {
  const catalog = await pdf.catalog();
  const specs = [
    ...(await namedSpecs(pdf, catalog, signal)),
    ...(await associatedSpecs(pdf, catalog)),
  ];
  const files: EmbeddedFile[] = [];
  const seen = new Set<number>();
  for (const spec of specs.slice(0, MAX_FILES)) {
    throwIfAborted(signal);
    const file = await fileOf(pdf, spec);
    if (file === null || seen.has(file.stream.number)) continue;
    seen.add(file.stream.number);
    files.push(file);
  }
  return files;
}

async function namedSpecs(
  pdf: PdfFile,
  catalog: PdfDict,
  signal: AbortSignal,
): Promise<PdfValue[]> {
  const names = await pdf.resolve(catalog.get('Names'));
  const specs: PdfValue[] = [];
  const queue: PdfValue[] = isDict(names) ? [names.get('EmbeddedFiles') ?? null] : [];
  const visited = new Set<number>();
  for (let nodes = 0; queue.length > 0 && nodes < MAX_NODES; nodes++) {
    throwIfAborted(signal);
    const next = queue.shift();
    if (isRef(next)) {
      if (visited.has(next.number)) continue;
      visited.add(next.number);
    }
    const node = await pdf.resolve(next);
    if (!isDict(node)) continue;
    const leaves = await pdf.resolve(node.get('Names'));
    // Pairs of name and file specification.
    if (isArray(leaves)) specs.push(...leaves.filter((_, index) => index % 2 === 1));
    const kids = await pdf.resolve(node.get('Kids'));
    if (isArray(kids)) queue.push(...kids.slice(0, MAX_NODES));
  }
  return specs;
}

async function associatedSpecs(pdf: PdfFile, catalog: PdfDict): Promise<readonly PdfValue[]> {
  const associated = await pdf.resolve(catalog.get('AF'));
  return isArray(associated) ? associated : [];
}

async function fileOf(pdf: PdfFile, spec: PdfValue): Promise<EmbeddedFile | null> {
  const dict = await pdf.resolve(spec);
  if (!isDict(dict)) return null;
  const embedded = await pdf.resolve(dict.get('EF'));
  if (!isDict(embedded)) return null;
  const ref =
    embedded.get('UF') ?? embedded.get('F') ?? embedded.get('Unix') ?? embedded.get('DOS');
  const stream = isRef(ref) ? await pdf.object(ref.number) : null;
  if (!stream || !isDict(stream.value)) return null;
  const name =
    textOf(await pdf.resolve(dict.get('UF'))) || textOf(await pdf.resolve(dict.get('F')));
  return { name, mediaType: nameOf(await pdf.resolve(stream.value.get('Subtype'))), stream };
}
