// A unit recognised and described: which envelope it is, why, and what a COLD job needs to know of it. By content
// only. Whatever is contradictory, unknown or beyond the limits is refused with its reason, never guessed.
import type {
  Envelope,
  EnvelopeKind,
  EnvelopeLayer,
  EnvelopeSettings,
  Finding,
} from '#contract/model/envelope';
import { RefusedError, throwIfAborted } from '../errors.ts';
import { recogniseBare, type Task } from './bare-invoices.ts';
import { chorusWarnings, describeChorus } from './describe-chorus.ts';
import { describeActe } from './describe-acte.ts';
import { describeHelios } from './describe-helios.ts';
import { agreedKind, chooseMetadata, collectArguments, mapsOf, type Metadata } from './evidence.ts';
import { orderFiles } from './order-files.ts';
import type { DepositKind } from './pastell/kind-by-keys.ts';
import { refusalOf } from './refusal.ts';
import { isMarker } from './unit/end-marker.ts';
import { isIgnoredName } from './unit/ignored-names.ts';
import { type Piece, readPiece } from './unit/piece.ts';
import type { Unit } from './unit/unit.ts';
import { attachmentWarnings, checkKeyFile, checkLimits, pieceWarnings } from './unit-checks.ts';
import { missingWarnings, type View, viewOf } from './view.ts';

export type Inspection = {
  /** Arguments in the order they were found, also when the end is a refusal. */
  readonly why: readonly Finding[];
  readonly verdict:
    | { readonly is: 'envelope'; readonly envelope: Envelope }
    | { readonly is: 'refused'; readonly error: RefusedError };
};

/** Throws RefusedError `envelope.…` with the reason; GoneError, TransientError, CancelledError of the disk. */
export async function readEnvelope(
  unit: Unit,
  settings: EnvelopeSettings,
  signal: AbortSignal,
): Promise<Envelope> {
  const { verdict } = await inspectUnit(unit, settings, signal);
  if (verdict.is === 'refused') throw verdict.error;
  return verdict.envelope;
}

/** The same for somebody who wants to know why, refusals included. Throws only errors of the disk, and CancelledError. */
export async function inspectUnit(
  unit: Unit,
  settings: EnvelopeSettings,
  signal: AbortSignal,
): Promise<Inspection> {
  const why: Finding[] = [];
  try {
    const pieces = await readPieces(unit, settings, signal);
    const envelope = await recognise({ unit, pieces, settings, signal, why });
    return { why, verdict: { is: 'envelope', envelope } };
  } catch (error) {
    if (error instanceof RefusedError) return { why, verdict: { is: 'refused', error } };
    throw error;
  }
}

async function readPieces(
  unit: Unit,
  { limits, endMarker }: EnvelopeSettings,
  signal: AbortSignal,
): Promise<Piece[]> {
  const files = unit.files.filter(({ name }) => !isIgnoredName(name) && !isMarker(name, endMarker));
  if (files.length > limits.maxFiles) {
    throw new RefusedError('envelope.tooManyFiles', { name: unit.name, max: limits.maxFiles });
  }
  const pieces: Piece[] = [];
  for (const file of files) {
    throwIfAborted(signal);
    pieces.push(await readPiece(file, limits, signal));
  }
  return pieces;
}

async function recognise(task: Task): Promise<Envelope> {
  const { unit, pieces, settings, why } = task;
  const maps = mapsOf(pieces);
  const found = collectArguments(maps, pieces);
  why.push(...found.map(({ finding }) => finding));
  const kind = agreedKind(found);
  if (kind === null) {
    const bare = await recogniseBare(task);
    if (bare !== null) return bare;
    throw refusalOf(unit.name, pieces);
  }
  const metadata = chooseMetadata(maps, settings.metadataNames);
  const view = viewOf(unit.name, kind, { pieces, metadata });
  if (metadata !== null && pieces.length === 1) {
    throw new RefusedError('envelope.onlyMetadata', { name: metadata.piece.file.name });
  }
  checkKeyFile(view);
  checkLimits(view, settings.limits);
  return describe(view, metadata, why);
}

const DESCRIBE = {
  acte_nature: describeActe,
  helios: describeHelios,
  chorus_fact: describeChorus,
} as const satisfies Record<DepositKind, unknown>;

function describe(view: View, metadata: Metadata | null, why: readonly Finding[]): Envelope {
  const documents = DESCRIBE[view.kind](view);
  const [first] = documents;
  if (first === undefined) throw new RefusedError('envelope.noDocument', { name: view.unitName });
  const kind: EnvelopeKind = view.kind;
  return {
    kind,
    layer: metadata === null ? layerOf(view) : 'deposit',
    why: [...why],
    warnings: [
      ...missingWarnings(view),
      ...chorusWarnings(view),
      ...pieceWarnings(view),
      ...attachmentWarnings(documents),
    ],
    files: orderFiles(view.files, first.main.from === 'file' ? first.main.name : ''),
    documents,
  };
}

/** A receipt of the prefecture without its archive is a business file; all else is what administrations exchange. */
function layerOf(view: View): EnvelopeLayer {
  const forms = view.pieces.map(({ xml }) => xml?.facts.form ?? '');
  const isReceiptOnly = forms.every((form) => form === '' || form === 'ar_acte');
  return isReceiptOnly ? 'bare' : 'national';
}
