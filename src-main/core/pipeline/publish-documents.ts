// Renames documents to their final names, the index file before its document: a COLD job that takes the document
// finds its index beside it, and a document whose index could not go in does not go in either.
import { type AppError, TransientError } from '../errors.ts';
import type { Destination, Move } from '../destinations/destination.ts';
import type { Bundle } from '../store/ledger-rows.ts';
import { bundlesOf, isBundled, publishBundle } from './publish-bundle.ts';

/** What of a delivery the renames need; a row of the ledger has it as well. */
export type Renames = {
  readonly tempPath: string;
  readonly finalPath: string;
  readonly sidecarTemp: string | null;
  readonly sidecarFinal: string | null;
  /** Shown together with the others of its item. */
  readonly bundle?: Bundle | null;
  readonly itemId?: number;
};

export type Unpublished = {
  readonly error: AppError;
  /** An index file of ours that lies in the COLD job now without its document. */
  readonly orphan: string | null;
};

/** Returns those that are not in the COLD job, and why. From here on nobody's wish to stop may cut in. */
export async function publishDocuments<D extends Renames>(
  destination: Destination,
  documents: readonly D[],
): Promise<Map<D, Unpublished>> {
  const unpublished = new Map<D, Unpublished>();
  for (const bundle of bundlesOf(documents)) {
    for (const [one, why] of await publishBundle(destination, bundle)) unpublished.set(one, why);
  }
  const alone = documents.filter((one) => !isBundled(one));
  const indexed = alone.filter((one) => one.sidecarTemp !== null);
  for (const [one, error] of await rename(destination, indexed, sidecarMove)) {
    unpublished.set(one, { error, orphan: null });
  }
  const rest = alone.filter((one) => !unpublished.has(one));
  for (const [one, error] of await rename(destination, rest, documentMove)) {
    unpublished.set(one, { error, orphan: one.sidecarFinal });
  }
  return unpublished;
}

async function rename<D extends Renames>(
  destination: Destination,
  documents: readonly D[],
  moveOf: (one: D) => Move,
): Promise<Map<D, AppError>> {
  const failed = new Map<D, AppError>();
  if (documents.length === 0) return failed;
  const outcomes = await destination.publish(documents.map(moveOf), new AbortController().signal);
  for (const [index, one] of documents.entries()) {
    const outcome = outcomes[index];
    if (outcome?.ok === true) continue;
    failed.set(one, outcome?.error ?? new TransientError('target.unanswered'));
  }
  return failed;
}

const documentMove = ({ tempPath, finalPath }: Renames): Move => ({ tempPath, finalPath });

const sidecarMove = ({ sidecarTemp, sidecarFinal }: Renames): Move => ({
  tempPath: sidecarTemp ?? '',
  finalPath: sidecarFinal ?? '',
});
