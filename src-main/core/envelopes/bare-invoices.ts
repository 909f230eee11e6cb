// Invoices without an envelope around them: UBL, CII, or a PDF with its data inside. One setting says whether they
// count as their own kind, as chorus_fact, or not at all.
import type {
  Envelope,
  EnvelopeFile,
  EnvelopeKind,
  EnvelopeSettings,
  Finding,
} from '#contract/model/envelope';
import { RefusedError } from '../errors.ts';
import { fileBytes } from './bytes/byte-source.ts';
import { describeInvoice } from './describe-invoice.ts';
import type { InvoiceFacts } from './formats/invoice-facts.ts';
import { invoiceInPdf } from './formats/pdf-invoice.ts';
import { orderFiles } from './order-files.ts';
import type { Piece } from './unit/piece.ts';
import type { Unit } from './unit/unit.ts';
import { attachmentWarnings } from './unit-checks.ts';

type Found = {
  readonly piece: Piece;
  readonly facts: InvoiceFacts;
  readonly kind: Extract<EnvelopeKind, 'facturx' | 'ubl' | 'cii'>;
};

export type Task = {
  readonly unit: Unit;
  readonly pieces: readonly Piece[];
  readonly settings: EnvelopeSettings;
  readonly signal: AbortSignal;
  /** Arguments are added. */
  readonly why: Finding[];
};

/** null = no invoice. Throws RefusedError `envelope.bareInvoice` when the setting does not want them. */
export async function recogniseBare(task: Task): Promise<Envelope | null> {
  const { unit, pieces, settings, why } = task;
  const found = await findInvoices(task);
  const [first] = found;
  if (first === undefined) return null;
  if (settings.bareInvoices === 'refuse') {
    const params = { name: first.piece.file.name, kind: first.kind, number: first.facts.number };
    throw new RefusedError('envelope.bareInvoice', params);
  }
  const asChorus = settings.bareInvoices === 'chorus_fact';
  const isAlone = found.length === 1;
  const all = pieces.map(({ file }) => file.name);
  const documents = found.map(({ piece, facts, kind }) =>
    describeInvoice({
      kind: asChorus ? 'chorus_fact' : kind,
      facts,
      file: piece.file.name,
      unitName: unit.name,
      files: isAlone ? all : [piece.file.name],
    }),
  );
  return {
    kind: asChorus ? 'chorus_fact' : first.kind,
    layer: 'bare',
    why: [...why],
    warnings: attachmentWarnings(documents),
    files: orderFiles(
      pieces.map((piece) => fileOf(piece, found)),
      first.piece.file.name,
    ),
    documents,
  };
}

async function findInvoices({ pieces, settings, signal, why }: Task): Promise<Found[]> {
  const found: Found[] = [];
  for (const piece of pieces) {
    const facts = piece.xml?.facts;
    if (facts?.type !== 'invoice') continue;
    const { root, namespace } = piece.xml ?? { root: '', namespace: '' };
    const params = { file: piece.file.name, root, namespace, kind: facts.syntax };
    why.push({ code: 'envelope.why.root', params });
    found.push({ piece, facts, kind: facts.syntax });
  }
  if (found.length > 0) return found;
  for (const piece of pieces) {
    if (piece.format !== 'pdf') continue;
    const inside = await invoiceInPdf(fileBytes(piece.file), settings.limits, signal);
    const file = piece.file.name;
    if (inside.found === 'invoice') {
      const params = { file, embedded: inside.embeddedName, profile: inside.facts.profile };
      why.push({ code: 'envelope.why.embedded', params });
      found.push({ piece, facts: inside.facts, kind: 'facturx' });
    } else if (inside.found === 'encrypted') {
      why.push({ code: 'envelope.why.pdfEncrypted', params: { file } });
    } else if (inside.found === 'damaged') {
      why.push({ code: 'envelope.why.pdfDamaged', params: { file } });
    }
  }
  return found;
}

function fileOf(piece: Piece, found: readonly Found[]): EnvelopeFile {
  const { name, sizeBytes } = piece.file;
  const role = found.some((one) => one.piece === piece) ? 'invoice' : 'attachment';
  return { name, role, originalName: name, mediaType: piece.mediaType, sizeBytes };
}
