// The invoice inside a PDF (Factur-X, ZUGFeRD, Order-X is none): the embedded XML is found as a PDF reader finds it
// and recognised by its content. An encrypted PDF is said to be one and left alone.
import type { EnvelopeLimits } from '#contract/model/envelope';
import { RefusedError, throwIfAborted } from '../../errors.ts';
import type { ReadAt } from '../../files/read-blocks.ts';
import { bufferBytes, type ByteSource, withBytes } from '../bytes/byte-source.ts';
import { type EmbeddedFile, embeddedFiles } from '../pdf/embedded-files.ts';
import { PdfFile } from '../pdf/pdf-file.ts';
import { PdfBroken, PdfCut } from '../pdf/pdf-objects.ts';
import { pdfBytes } from '../pdf/pdf-read.ts';
import { readBusinessXml } from './business-xml.ts';
import type { InvoiceFacts } from './invoice-facts.ts';

export type PdfInvoice =
  | { readonly found: 'invoice'; readonly facts: InvoiceFacts; readonly embeddedName: string }
  | { readonly found: 'nothing' | 'encrypted' | 'damaged' };

const MAX_XML_BYTES = 20_000_000;
const MAX_CANDIDATES = 20;
const KNOWN_NAME = /^(?:factur-x|zugferd-invoice|xrechnung|invoice)\.xml$/iu;

/** Never throws for what is wrong with the PDF; throws GoneError, TransientError, CancelledError. */
export async function invoiceInPdf(
  source: ByteSource,
  limits: EnvelopeLimits,
  signal: AbortSignal,
): Promise<PdfInvoice> {
  return withBytes(source, async (read) => {
    const opened = await openEither(read, source.sizeBytes, signal);
    if (opened === null) return { found: 'damaged' };
    if (opened.pdf.isEncrypted) return { found: 'encrypted' };
    for (const file of candidates(opened.files)) {
      throwIfAborted(signal);
      const facts = await factsOf(opened.pdf, file, { limits, signal });
      if (facts !== null) return { found: 'invoice', facts, embeddedName: file.name };
    }
    return { found: 'nothing' };
  });
}

type Opened = { readonly pdf: PdfFile; readonly files: readonly EmbeddedFile[] };

/** By its tables; if they lead nowhere, by search. null = neither. */
async function openEither(
  read: ReadAt,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<Opened | null> {
  for (const open of [PdfFile.open, PdfFile.search]) {
    try {
      const pdf = await open(pdfBytes(read, sizeBytes), signal);
      return { pdf, files: pdf.isEncrypted ? [] : await embeddedFiles(pdf, signal) };
    } catch (error) {
      if (!isPdfFault(error)) throw error;
    }
  }
  return null;
}

function candidates(files: readonly EmbeddedFile[]): EmbeddedFile[] {
  const isXml = ({ name, mediaType }: EmbeddedFile): boolean =>
    /\.xml$/iu.test(name) || /xml/iu.test(mediaType);
  const rank = ({ name }: EmbeddedFile): number => (KNOWN_NAME.test(name) ? 0 : 1);
  return files
    .filter(isXml)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MAX_CANDIDATES);
}

async function factsOf(
  pdf: PdfFile,
  file: EmbeddedFile,
  { limits, signal }: { readonly limits: EnvelopeLimits; readonly signal: AbortSignal },
): Promise<InvoiceFacts | null> {
  try {
    const bytes = await pdf.stream(file.stream, MAX_XML_BYTES);
    const { facts } = await readBusinessXml(bufferBytes(file.name, bytes), limits, signal);
    return facts.type === 'invoice' ? facts : null;
  } catch (error) {
    // An attachment that is damaged or no XML: the next one may be the invoice.
    if (isPdfFault(error) || error instanceof RefusedError) return null;
    throw error;
  }
}

function isPdfFault(error: unknown): boolean {
  const isZlib = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
  return error instanceof PdfBroken || error instanceof PdfCut || isZlib;
}
