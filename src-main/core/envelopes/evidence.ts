// What a unit is, by its content alone: the keys of its metadata, then namespace and name of each XML root. Each
// argument is kept, so that a person can read why; two arguments that disagree are a reason to stop. Pure.
import type { Finding } from '#contract/model/envelope';
import { RefusedError } from '../errors.ts';
import type { BusinessXml } from './formats/business-xml.ts';
import { type DepositKind, type KeyEvidence, kindsByKeys } from './pastell/kind-by-keys.ts';
import { baseName } from './pastell/resolve-files.ts';
import type { Piece } from './unit/piece.ts';

export type Metadata = { readonly piece: Piece; readonly evidence: readonly KeyEvidence[] };

/** Every file of the unit that is a Pastell map, with what its keys say. */
export const mapsOf = (pieces: readonly Piece[]): readonly Metadata[] =>
  pieces.flatMap((piece) =>
    piece.map === null ? [] : [{ piece, evidence: kindsByKeys(piece.map) }],
  );

/**
 * The unit's metadata file: among those that speak of a kind (else among all) one with a well-known name, else the
 * only one. `names`: the well-known ones in lower case, the likeliest first. null = there is none.
 * Throws RefusedError `envelope.severalMetadata`.
 */
export function chooseMetadata(
  maps: readonly Metadata[],
  names: readonly string[],
): Metadata | null {
  const telling = maps.filter(({ evidence }) => evidence.length > 0);
  const named = wellKnown(telling.length > 0 ? telling : maps, names);
  if (named !== null) return named;
  const [first, second] = telling.length > 0 ? telling : maps.filter(isFlux);
  if (first !== undefined && second !== undefined) {
    throw new RefusedError('envelope.severalMetadata', {
      file: first.piece.file.name,
      other: second.piece.file.name,
    });
  }
  return first ?? null;
}

function wellKnown(maps: readonly Metadata[], names: readonly string[]): Metadata | null {
  for (const name of names) {
    const named = maps.filter(({ piece }) => baseName(piece.file.name).toLowerCase() === name);
    const [highest] = named.sort((a, b) => depth(a) - depth(b));
    if (highest) return highest;
  }
  return null;
}

const depth = ({ piece }: Metadata): number => piece.file.name.split('/').length;
const isFlux = ({ piece }: Metadata): boolean => piece.xml?.facts.type === 'flux';

const KIND_OF_FORMAT = new Map<BusinessXml['type'], DepositKind>([
  ['ctes', 'acte_nature'],
  ['pes', 'helios'],
  ['pivot', 'chorus_fact'],
]);

/** Kind of the exchange files of a national format; null for everything else, bare invoices too. */
function nationalKind(facts: BusinessXml | undefined): DepositKind | null {
  return facts === undefined ? null : (KIND_OF_FORMAT.get(facts.type) ?? null);
}

export type Argument = {
  readonly kind: DepositKind;
  readonly file: string;
  /** What is told when this argument meets one that says otherwise. */
  readonly sign: string;
  readonly finding: Finding;
};

export function collectArguments(
  maps: readonly Metadata[],
  pieces: readonly Piece[],
): readonly Argument[] {
  const byKeys = maps.flatMap(({ piece, evidence }) =>
    evidence.map((item) => keyArgument(piece.file.name, item)),
  );
  const byRoots = pieces.flatMap((piece) => {
    const kind = nationalKind(piece.xml?.facts);
    return kind === null ? [] : [rootArgument(piece, kind)];
  });
  return [...byKeys, ...byRoots];
}

const WHY = {
  flux: 'envelope.why.flux',
  strong: 'envelope.why.strong',
  weak: 'envelope.why.weak',
} as const;

function keyArgument(file: string, { kind, keys, strength }: KeyEvidence): Argument {
  const sign = keys.slice(0, 6).join(', ');
  const finding = { code: WHY[strength], params: { file, keys: sign, kind } };
  return { kind, file, sign, finding };
}

function rootArgument(piece: Piece, kind: DepositKind): Argument {
  const file = piece.file.name;
  const root = piece.xml?.root ?? '';
  const namespace = piece.xml?.namespace ?? '';
  const code = namespace === '' ? 'envelope.why.rootAlone' : 'envelope.why.root';
  return { kind, file, sign: root, finding: { code, params: { file, root, namespace, kind } } };
}

/** null = no argument at all. Throws RefusedError `envelope.contradiction` when they do not agree. */
export function agreedKind(found: readonly Argument[]): DepositKind | null {
  const [first] = found;
  if (first === undefined) return null;
  const other = found.find(({ kind }) => kind !== first.kind);
  if (other === undefined) return first.kind;
  throw new RefusedError('envelope.contradiction', {
    file: first.file,
    sign: first.sign,
    kind: first.kind,
    otherFile: other.file,
    otherSign: other.sign,
    otherKind: other.kind,
  });
}
