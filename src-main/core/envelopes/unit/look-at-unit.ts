// One look at a unit on disk: its state to compare with the next look, and everything that tells whether it is complete.
// Cheap: of large files only the ends are read, of small ones those that may be the metadata.
import type { EnvelopeSettings } from '#contract/model/envelope';
import { RefusedError } from '../../errors.ts';
import { chooseMetadata, mapsOf } from '../evidence.ts';
import { resolveFiles } from '../pastell/resolve-files.ts';
import { isMarker } from './end-marker.ts';
import { isIgnoredName, isUpload } from './ignored-names.ts';
import { mayBeMetadata } from './metadata-candidate.ts';
import { type Piece, readPiece } from './piece.ts';
import type { UnitPlan } from './plan-units.ts';
import type { UnitLook } from './readiness.ts';
import { areWhole } from './wholeness.ts';

/** Throws GoneError, TransientError, CancelledError. */
export async function lookAtUnit(
  plan: UnitPlan,
  settings: EnvelopeSettings,
  signal: AbortSignal,
): Promise<UnitLook> {
  const { files } = plan;
  const wanted = files.filter(
    ({ name }) => !isIgnoredName(name) && !isMarker(name, settings.endMarker),
  );
  return {
    stamp: files
      .map(({ name, sizeBytes, mtimeMs }) => JSON.stringify([name, sizeBytes, mtimeMs]))
      .sort()
      .join('\n'),
    isUploading: files.some(({ name }) => isUpload(name)),
    hasMarker: files.some(({ name }) => isMarker(name, settings.endMarker)),
    missing: plan.shape === 'archive' ? null : await missingOf(wanted, settings, signal),
    isWhole: await areWhole(wanted, signal),
  };
}

async function missingOf(
  files: UnitPlan['files'],
  settings: EnvelopeSettings,
  signal: AbortSignal,
): Promise<string[] | null> {
  const pieces: Piece[] = [];
  for (const file of files) {
    if (await mayBeMetadata(file)) pieces.push(await readPiece(file, settings.limits, signal));
  }
  const metadata = metadataOf(pieces, settings.metadataNames);
  if (metadata?.map === undefined || metadata.map === null) return null;
  const names = files.map(({ name }) => name).filter((name) => name !== metadata.file.name);
  return resolveFiles(metadata.map, names).missing.map(({ originalName }) => originalName);
}

function metadataOf(pieces: readonly Piece[], metadataNames: readonly string[]): Piece | null {
  try {
    return chooseMetadata(mapsOf(pieces), metadataNames)?.piece ?? null;
  } catch (error) {
    // Several: as little is known as with none. Recognition will refuse with that reason.
    if (error instanceof RefusedError) return null;
    throw error;
  }
}
