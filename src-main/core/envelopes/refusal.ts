// Nothing in a unit says that it is an envelope: the most telling reason why not, for the one who has to look. Pure.
import type { Finding } from '#contract/model/envelope';
import { RefusedError } from '../errors.ts';
import type { Piece } from './unit/piece.ts';

/** `unit`: its name. */
export function refusalOf(unit: string, pieces: readonly Piece[]): RefusedError {
  const [first] = pieces;
  if (first === undefined) return new RefusedError('envelope.empty', { name: unit });
  return (
    statusOf(pieces) ??
    pieces.find(({ problem }) => problem !== null)?.problem ??
    mapWithoutKind(pieces) ??
    unknownRoot(pieces) ??
    foreignJson(pieces) ??
    onlyArchives(pieces) ??
    onlyFile(unit, pieces)
  );
}

function statusOf(pieces: readonly Piece[]): RefusedError | null {
  for (const { file, xml } of pieces) {
    if (xml?.facts.type !== 'status') continue;
    const [status] = xml.facts.statuses;
    return new RefusedError('envelope.chorusStatus', {
      name: file.name,
      invoice: status?.number ?? '',
      status: status?.label ?? '',
      count: xml.facts.count,
    });
  }
  return null;
}

function mapWithoutKind(pieces: readonly Piece[]): RefusedError | null {
  const piece = pieces.find(({ map, format }) => map !== null && format !== 'yaml');
  if (!piece?.map) return null;
  const keys = [...piece.map.values.keys(), ...piece.map.files.map(({ field }) => field)];
  return new RefusedError('envelope.noKindKeys', {
    name: piece.file.name,
    keys: [...new Set(keys)].slice(0, 8).join(', '),
  });
}

function unknownRoot(pieces: readonly Piece[]): RefusedError | null {
  const piece = pieces.find(({ xml }) => xml?.facts.type === 'unknown');
  if (!piece?.xml) return null;
  const { root, namespace } = piece.xml;
  if (namespace === 'http://www.w3.org/2001/XMLSchema') {
    return new RefusedError('envelope.xmlSchema', { name: piece.file.name });
  }
  return new RefusedError('envelope.unknownRoot', { name: piece.file.name, root, namespace });
}

function foreignJson(pieces: readonly Piece[]): RefusedError | null {
  const piece = pieces.find(({ format }) => format === 'json');
  return piece ? new RefusedError('envelope.foreignJson', { name: piece.file.name }) : null;
}

function onlyArchives(pieces: readonly Piece[]): RefusedError | null {
  if (!pieces.every(({ format }) => format === 'archive')) return null;
  return new RefusedError('envelope.archiveNested', { name: pieces[0]?.file.name ?? '' });
}

function onlyFile(unit: string, pieces: readonly Piece[]): RefusedError {
  if (pieces.length > 1) {
    return new RefusedError('envelope.notRecognised', { name: unit, count: pieces.length });
  }
  const [piece] = pieces;
  if (piece?.format === 'empty') return new RefusedError('envelope.emptyFile', { name: unit });
  const code = piece?.format === 'pdf' ? 'envelope.plainPdf' : 'envelope.notAnEnvelope';
  return new RefusedError(code, { name: unit, mediaType: piece?.mediaType ?? '' });
}

/** A refusal as it is shown among the arguments. */
export const findingOf = (error: RefusedError): Finding => ({
  code: error.code,
  params: error.params,
});
