// Which kind of envelope a Pastell map belongs to, and by which of its keys. The keys are form fields of the flows
// (actes-generique, helios-generique, facture-cpp). Any of them may be missing: deposits can be restricted. Pure.
import type { EnvelopeKind } from '#contract/model/envelope';
import type { PastellMap } from './pastell-map.ts';

export type DepositKind = Extract<EnvelopeKind, 'acte_nature' | 'helios' | 'chorus_fact'>;

export type KeyEvidence = {
  readonly kind: DepositKind;
  readonly keys: readonly string[];
  /** `weak`: keys that only this flow uses, but none that makes it what it is. */
  readonly strength: 'flux' | 'strong' | 'weak';
};

const STRONG: Readonly<Record<DepositKind, readonly string[]>> = {
  chorus_fact: ['id_facture_cpp', 'fichier_facture', 'statut_cpp'],
  helios: ['fichier_pes'],
  acte_nature: ['acte_nature', 'numero_de_lacte'],
};

const WEAK: Readonly<Record<DepositKind, readonly string[]>> = {
  chorus_fact: [
    'facture_pj_01',
    'facture_pj_02',
    'fichier_facture_pdf',
    'facture_cadre',
    'facture_numero_engagement',
    'facture_numero_marche',
    'fournisseur_raison_sociale',
    'service_destinataire_code',
    'histo_statut_cpp',
    'no_facture',
  ],
  helios: [
    'fichier_pes_signe',
    'visuel_pdf',
    'pes_acquit',
    'pes_etat_ack',
    'etat_ack',
    'id_bordereau',
    'cod_bud',
    'dte_str',
    'id_coll',
  ],
  acte_nature: [
    'arrete',
    'autre_document_attache',
    'date_de_lacte',
    'aractes',
    'acte_tamponne',
    'annexes_tamponnees',
    'acte_unique_id',
    'type_acte',
    'aractes_annulation',
  ],
};

const KINDS = ['chorus_fact', 'helios', 'acte_nature'] as const;
const FLUX: readonly (readonly [RegExp, DepositKind])[] = [
  [/^(?:ls-)?actes(?:-|$)/u, 'acte_nature'],
  [/^(?:ls-)?helios(?:-|$)/u, 'helios'],
  [/^(?:facture-cpp|facture-chorus|chorus)/u, 'chorus_fact'],
];

/** One piece of evidence per kind that is named; several kinds = the map contradicts itself; none = it says nothing. */
export function kindsByKeys(map: PastellMap): readonly KeyEvidence[] {
  const present = new Set([...map.values.keys(), ...map.files.map(({ field }) => field)]);
  const evidence: KeyEvidence[] = [];
  const flux = FLUX.find(([pattern]) => pattern.test(map.fluxType));
  if (flux) evidence.push({ kind: flux[1], keys: [map.fluxType], strength: 'flux' });
  for (const kind of KINDS) {
    const keys = STRONG[kind].filter((key) => present.has(key));
    if (keys.length > 0) evidence.push({ kind, keys, strength: 'strong' });
  }
  if (evidence.length > 0) return evidence;
  return KINDS.flatMap((kind) => {
    const keys = WEAK[kind].filter((key) => present.has(key));
    return keys.length > 0 ? [{ kind, keys, strength: 'weak' as const }] : [];
  });
}
