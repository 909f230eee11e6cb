// Shows the documents of one envelope: a folder by its one rename; a flat set file by file, its index file last, so that
// a COLD job that waits for the index finds all the rest. A set that cannot be shown whole is taken back.
import { dirname } from 'node:path';
import type { Destination, Move } from '../destinations/destination.ts';
import { type AppError, TransientError } from '../errors.ts';
import type { Bundle } from '../store/ledger-rows.ts';
import type { Renames, Unpublished } from './publish-documents.ts';

export type Bundled = Renames & { readonly bundle: Bundle };

/** One list per envelope; what is delivered on its own is not among them. */
export function bundlesOf<D extends Renames>(documents: readonly D[]): (D & Bundled)[][] {
  const bundles = new Map<string, (D & Bundled)[]>();
  for (const document of documents) {
    if (!isBundled(document)) continue;
    const { bundle, tempPath, itemId = '' } = document;
    const id = bundle === 'folder' ? dirname(tempPath) : `${itemId}`;
    const found = bundles.get(id);
    if (found === undefined) bundles.set(id, [document]);
    else found.push(document);
  }
  return [...bundles.values()];
}

export const isBundled = <D extends Renames>(document: D): document is D & Bundled =>
  document.bundle !== undefined && document.bundle !== null;

/** What the name desk holds for a document: of an envelope, the name of its folder. */
export const heldPaths = (one: Renames): string[] =>
  one.bundle === 'folder'
    ? [dirname(one.finalPath)]
    : [one.finalPath, ...(one.bundle === 'flat' && one.sidecarFinal ? [one.sidecarFinal] : [])];

/** Those that are not in the COLD job, and why. */
export async function publishBundle<D extends Bundled>(
  destination: Destination,
  documents: readonly D[],
): Promise<Map<D, Unpublished>> {
  const [first] = documents;
  if (first === undefined) return new Map();
  if (first.bundle === 'folder') {
    const [tempPath, finalPath] = [dirname(first.tempPath), dirname(first.finalPath)];
    const { error } = await show(destination, [{ tempPath, finalPath, isFolder: true }]);
    return new Map(error === null ? [] : documents.map((one) => [one, { error, orphan: null }]));
  }
  const moves = documents.map(({ tempPath, finalPath }) => ({ tempPath, finalPath }));
  const shown = await show(destination, moves);
  const index =
    shown.error === null ? await show(destination, documents.flatMap(sidecarMove)) : shown;
  if (index.error === null) return new Map();
  const { error } = index;
  const done = new Set(shown.done);
  const back = (await destination.bundles?.withdraw(shown.done)) ?? [];
  const taken = new Set([...done].filter((_, at) => back[at] !== true));
  // What COLD has eaten meanwhile is delivered; the rest of the set comes again under a name of its own.
  const left = documents.filter((_, at) => !taken.has(moves[at] ?? NOWHERE));
  return new Map(left.map((one) => [one, { error, orphan: null }]));
}

const NOWHERE: Move = { tempPath: '', finalPath: '' };

async function show(
  destination: Destination,
  moves: readonly Move[],
): Promise<{ readonly error: AppError | null; readonly done: Move[] }> {
  if (moves.length === 0) return { error: null, done: [] };
  const outcomes = await destination.publish(moves, new AbortController().signal);
  const done: Move[] = [];
  let error: AppError | null = null;
  for (const [index, move] of moves.entries()) {
    const outcome = outcomes[index];
    if (outcome?.ok === true) done.push(move);
    else error ??= outcome?.error ?? new TransientError('target.unanswered');
  }
  return { error, done };
}

const sidecarMove = ({ sidecarTemp, sidecarFinal }: Renames): Move[] =>
  sidecarTemp === null || sidecarFinal === null
    ? []
    : [{ tempPath: sidecarTemp, finalPath: sidecarFinal }];
