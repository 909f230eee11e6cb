// Whether the files of a folder are one envelope, for somebody who does not know what the folder is for. Any doubt
// means no: then each file is looked at on its own, and nothing is hidden.
import type { EnvelopeSettings } from '#contract/model/envelope';
import { RefusedError } from '../../errors.ts';
import { agreedKind, chooseMetadata, collectArguments, mapsOf } from '../evidence.ts';
import type { FileOnDisk } from '../bytes/byte-source.ts';
import { isMarker } from './end-marker.ts';
import { baseName, resolveFiles } from '../pastell/resolve-files.ts';
import { isIgnoredName } from './ignored-names.ts';
import { type Piece, readPiece } from './piece.ts';

export async function isOneDeposit(
  files: readonly FileOnDisk[],
  settings: EnvelopeSettings,
  signal: AbortSignal,
): Promise<boolean> {
  const wanted = files.filter(({ name }) => !isIgnoredName(name));
  if (wanted.length < 2) return false;
  if (wanted.some(({ name }) => isMarker(name, settings.endMarker))) return true;
  const pieces: Piece[] = [];
  for (const file of wanted) pieces.push(await readPiece(file, settings.limits, signal));
  try {
    return hasWholeMetadata(pieces, settings.metadataNames) || isOneExchange(pieces);
  } catch (error) {
    // Contradictory: as one thing it would be refused; apart, some of it may make sense.
    if (error instanceof RefusedError) return false;
    throw error;
  }
}

/** A metadata file that names a kind or a file that is there, and nothing beside that is an envelope of its own. */
function hasWholeMetadata(pieces: readonly Piece[], metadataNames: readonly string[]): boolean {
  const maps = mapsOf(pieces);
  const metadata = chooseMetadata(maps, metadataNames);
  if (metadata?.piece.map === undefined || metadata.piece.map === null) return false;
  const others = pieces.filter((piece) => piece !== metadata.piece);
  const names = others.map(({ file }) => file.name);
  const { resolved, missing } = resolveFiles(metadata.piece.map, names);
  if (resolved.length === 0 && metadata.evidence.length === 0) return false;
  agreedKind(collectArguments(maps, pieces));
  const listed = new Set(resolved.map(({ fileName }) => fileName));
  const unlisted = others.filter(({ file }) => !listed.has(file.name));
  // As many listed files are missing as unlisted ones are there: they were given names of their own.
  const areRenamed = metadata.evidence.length > 0 && unlisted.length <= missing.length;
  return areRenamed || unlisted.every(isDocument);
}

/** Neither data nor archive: what may lie beside an envelope without being one. Chorus' history of an invoice is JSON. */
const isDocument = ({ format, file }: Piece): boolean =>
  ['pdf', 'other', 'empty', 'yaml'].includes(format) ||
  (format === 'json' && baseName(file.name).startsWith('histo_statut'));

/** One exchange file (or the messages of one @CTES envelope, or a PES and its answer) among documents. */
function isOneExchange(pieces: readonly Piece[]): boolean {
  const exchanges = pieces.filter(({ xml }) => isExchange(xml?.facts.type));
  if (exchanges.length === 0) return false;
  if (!pieces.every((piece) => isDocument(piece) || isExchange(piece.xml?.facts.type)))
    return false;
  agreedKind(collectArguments([], pieces));
  return exchanges.length === 1 || isOneCtes(exchanges) || isOnePes(exchanges);
}

const isExchange = (type: string | undefined): boolean =>
  type === 'ctes' || type === 'pes' || type === 'pivot';

function isOneCtes(pieces: readonly Piece[]): boolean {
  const facts = pieces.flatMap(({ xml }) => (xml?.facts.type === 'ctes' ? [xml.facts] : []));
  const envelopes = facts.filter(({ isEnvelope }) => isEnvelope);
  const announced = new Set(envelopes[0]?.messages);
  return (
    facts.length === pieces.length &&
    envelopes.length === 1 &&
    pieces.every(
      ({ xml, file }) =>
        (xml?.facts.type === 'ctes' && xml.facts.isEnvelope) || announced.has(baseName(file.name)),
    )
  );
}

function isOnePes(pieces: readonly Piece[]): boolean {
  const names = pieces.map(({ xml }) =>
    xml?.facts.type === 'pes' ? xml.facts.nomFic.toLowerCase().replace(/\.xml$/u, '') : '',
  );
  const forms = new Set(pieces.map(({ xml }) => xml?.facts.form));
  return names[0] !== '' && new Set(names).size === 1 && forms.size === pieces.length;
}
