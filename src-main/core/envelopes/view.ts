// A unit as it is described once its kind is certain: its pieces, its metadata, and which piece plays which part.
import type { EnvelopeFile, EnvelopeRole, Finding } from '#contract/model/envelope';
import type { Metadata } from './evidence.ts';
import type { BusinessXml } from './formats/business-xml.ts';
import type { DepositKind } from './pastell/kind-by-keys.ts';
import { matchByContent } from './pastell/match-by-content.ts';
import type { PastellMap } from './pastell/pastell-map.ts';
import { baseName, type Resolution, resolveFiles } from './pastell/resolve-files.ts';
import type { Piece } from './unit/piece.ts';

export type View = {
  readonly unitName: string;
  readonly kind: DepositKind;
  readonly pieces: readonly Piece[];
  /** null = none, or none that could be read. */
  readonly map: PastellMap | null;
  readonly resolution: Resolution;
  /** In the order of the pieces. */
  readonly files: readonly EnvelopeFile[];
};

const FIELD_ROLES: Readonly<Record<DepositKind, Readonly<Record<string, EnvelopeRole>>>> = {
  acte_nature: {
    arrete: 'act',
    autre_document_attache: 'annex',
    acte_tamponne: 'stamped',
    document_signe: 'stamped',
    annexes_tamponnees: 'receipt',
    bordereau: 'receipt',
    signature: 'receipt',
    iparapheur_historique: 'receipt',
    aractes: 'acknowledgement',
    aractes_annulation: 'acknowledgement',
    reponse_prefecture_file: 'message',
  },
  helios: {
    fichier_pes: 'pes',
    fichier_pes_signe: 'pes',
    visuel_pdf: 'visual',
    pes_acquit: 'acknowledgement',
    fichier_reponse: 'acknowledgement',
    document_signe: 'receipt',
    bordereau: 'receipt',
    iparapheur_historique: 'receipt',
  },
  chorus_fact: {
    fichier_facture: 'pivot',
    facture_pj_01: 'invoice',
    fichier_facture_pdf: 'invoice_pdf',
    facture_pj_02: 'attachment',
    histo_statut_cpp: 'receipt',
  },
};

export function viewOf(
  unitName: string,
  kind: DepositKind,
  { pieces, metadata }: { readonly pieces: readonly Piece[]; readonly metadata: Metadata | null },
): View {
  const map = metadata?.piece.map ?? null;
  const others = pieces.filter((piece) => piece !== metadata?.piece);
  const names = others.map(({ file }) => file.name);
  const nothing = { resolved: [], missing: [], warnings: [] };
  const resolution = map === null ? nothing : matchByContent(resolveFiles(map, names), others);
  const byName = new Map(resolution.resolved.toReversed().map((one) => [one.fileName, one.ref]));
  const files = pieces.map((piece): EnvelopeFile => {
    const { name, sizeBytes } = piece.file;
    const ref = byName.get(name);
    const role =
      piece === metadata?.piece
        ? 'metadata'
        : ref === undefined
          ? roleByContent(piece, pieces)
          : (FIELD_ROLES[kind][ref.field] ?? 'attachment');
    const originalName = ref?.originalName ?? name;
    return { name, role, originalName, mediaType: piece.mediaType, sizeBytes };
  });
  return { unitName, kind, pieces, map, resolution, files };
}

/** The file of that field; the first where there are several. */
export function fieldName(view: View, field: string): string | undefined {
  return view.resolution.resolved.find(({ ref }) => ref.field === field)?.fileName;
}

export function factsOfName(view: View, name: string | undefined): BusinessXml | undefined {
  return view.pieces.find(({ file }) => file.name === name)?.xml?.facts;
}

export function missingWarnings({ resolution, pieces }: View): Finding[] {
  const missing = resolution.missing.map((ref) => ({
    code: 'envelope.warning.missing',
    params: { name: ref.originalName, field: ref.field },
  }));
  return [...resolution.warnings, ...missing, ...missingFromCtes(pieces)];
}

/** What an @CTES envelope or message says it comes with, and which is not there. */
function missingFromCtes(pieces: readonly Piece[]): Finding[] {
  const present = new Set(pieces.map(({ file }) => baseName(file.name)));
  return pieces.flatMap(({ xml }) => {
    if (xml?.facts.type !== 'ctes') return [];
    const { messages, documents, annexes } = xml.facts;
    return [...messages, ...documents, ...annexes]
      .filter((name) => !present.has(name))
      .map((name) => ({
        code: 'envelope.warning.missing',
        params: { name, field: xml.root },
      }));
  });
}

function roleByContent(piece: Piece, pieces: readonly Piece[]): EnvelopeRole {
  const facts = piece.xml?.facts;
  if (facts === undefined) return roleOfDocument(piece, pieces);
  switch (facts.type) {
    case 'ctes':
      return ctesRole(facts.form, facts.isEnvelope);
    case 'pes':
      return PES_ROLES.get(facts.form) ?? 'other';
    case 'pivot':
      return 'pivot';
    case 'invoice':
      return 'invoice';
    case 'status':
      return 'receipt';
    case 'flux':
      return 'metadata';
    case 'unknown':
      return roleOfDocument(piece, pieces);
  }
}

const PES_ROLES = new Map<string, EnvelopeRole>([
  ['pes_aller', 'pes'],
  ['pes_retour', 'return'],
  ['pes_acquit', 'acknowledgement'],
  ['pes_nonacquit', 'acknowledgement'],
]);

function ctesRole(form: string, isEnvelope: boolean): EnvelopeRole {
  if (isEnvelope) return 'envelope';
  return form.startsWith('ar_') ? 'acknowledgement' : 'message';
}

/** A file that is no exchange file: what the exchange files beside it say, else what usually lies beside them. */
function roleOfDocument(piece: Piece, pieces: readonly Piece[]): EnvelopeRole {
  const name = baseName(piece.file.name);
  for (const { xml } of pieces) {
    if (xml?.facts.type !== 'ctes') continue;
    if (xml.facts.documents.includes(name)) return xml.facts.form === 'acte' ? 'act' : 'attachment';
    if (xml.facts.annexes.includes(name)) return 'annex';
  }
  const types = new Set(pieces.map((one) => one.xml?.facts.type));
  const pdfs = pieces.filter(({ format }) => format === 'pdf');
  const isOnlyPdf = pdfs.length === 1 && pdfs[0] === piece;
  if (types.has('pes') && isOnlyPdf) return 'visual';
  if (types.has('ctes') && isOnlyPdf) return 'act';
  return types.has('pivot') && piece.format === 'pdf' ? 'attachment' : 'other';
}
