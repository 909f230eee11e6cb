// The documents and values of a deposit of each kind, under the keys of Pastell's flows.
import { makePdf } from '../helpers/make-pdf.ts';
import { makeArActe } from './make-actes.ts';
import { makePivot } from './make-chorus.ts';
import { makeAck, makePes } from './make-pes.ts';
import type { DepositKind, DepositOptions } from './deposit-options.ts';

export type Field = {
  readonly name: string;
  readonly original: string;
  readonly bytes: Buffer;
  /** Kept when a restriction leaves the main files only. */
  readonly isMain?: boolean;
  /** Comes back from a platform. */
  readonly isReturn?: boolean;
};

export const TITLES: Readonly<Record<DepositKind, string>> = {
  acte_nature: 'Contrat : "été" à la plage, 1/2 ?',
  helios: 'Mandats de mars : été',
  chorus_fact: 'FAC-2026-0117',
};

const FIELDS: Readonly<Record<DepositKind, (sameName: boolean) => readonly Field[]>> = {
  acte_nature: (sameName) => [
    pdf('arrete', 'Délibération 1/2 : été.pdf', { isMain: true }),
    pdf('autre_document_attache', sameName ? 'Délibération 1/2 : été.pdf' : 'Annexe 1.pdf'),
    pdf('autre_document_attache', 'Annexe "2".pdf'),
    pdf('acte_tamponne', 'Délibération-tampon.pdf', { isReturn: true }),
    pdf('bordereau', '2026_014-bordereau-tdt.pdf', { isReturn: true }),
    {
      name: 'aractes',
      original: '2026_014-ar-actes.xml',
      bytes: makeArActe({ subject: TITLES.acte_nature }),
      isReturn: true,
    },
  ],
  helios: (sameName) => [
    {
      name: 'fichier_pes',
      original: 'PESALR2 mars/été.xml',
      bytes: makePes({ attachments: [{ bytes: makePdf(1500, 'pj') }] }),
      isMain: true,
    },
    pdf('visuel_pdf', 'visuel.pdf'),
    { ...pdf('iparapheur_historique', sameName ? 'visuel.pdf' : 'historique.pdf') },
    {
      name: 'pes_acquit',
      original: 'PESALR2 mars_ACK.xml',
      bytes: makeAck([{ domain: '5', state: '1', voucher: '14' }]),
      isReturn: true,
    },
  ],
  chorus_fact: (sameName) => [
    { name: 'fichier_facture', original: '1221.xml', bytes: makePivot(), isMain: true },
    pdf('fichier_facture_pdf', 'Facture été.pdf'),
    pdf('facture_pj_01', sameName ? 'Facture été.pdf' : 'FAC20260117.pdf'),
    pdf('facture_pj_02', 'BL20260117.pdf'),
    {
      name: 'histo_statut_cpp',
      original: 'histo_statut_cpp.json',
      bytes: Buffer.from('[{"statut":"DEPOSEE","date":"2026-02-20"}]'),
      isReturn: true,
    },
  ],
};

/** Values by key; `strong` ones make the kind by themselves. */
export const VALUES: Readonly<
  Record<DepositKind, { readonly strong: Values; readonly other: Values }>
> = {
  acte_nature: {
    strong: { acte_nature: '1', numero_de_lacte: '2026_014' },
    other: {
      objet: TITLES.acte_nature,
      date_de_lacte: '2026-03-14',
      classification: '3.2 - Aliénations',
      type_pj: '["12_DA","17_GA"]',
      date_ar: '2026-03-16',
      envoi_tdt: 'on',
    },
  },
  helios: {
    strong: {},
    other: {
      objet: TITLES.helios,
      id_coll: '21340172201787',
      dte_str: '2026-03-14',
      cod_bud: '00',
      exercice: '2026',
      id_bordereau: '14',
      etat_ack: '1',
    },
  },
  chorus_fact: {
    strong: { id_facture_cpp: '1221', statut_cpp: 'MISE_A_DISPOSITION' },
    other: {
      no_facture: 'FAC-2026-0117',
      date_facture: '2026-02-19',
      montant_ttc: '1234.56',
      type_facture: '380',
      facture_cadre: 'A1',
      fournisseur: '32682006500083',
      fournisseur_raison_sociale: "SARL L'Été",
      siret: '21930053000017',
      service_destinataire_code: 'GN5',
      facture_numero_engagement: '2412345673',
      facture_numero_marche: '175191/0/175191',
    },
  },
};

export type Values = Readonly<Record<string, string>>;

export function depositFields({ kind, files, returns, sameName }: DepositOptions): Field[] {
  return FIELDS[kind](sameName).filter(
    ({ isMain, isReturn }) =>
      (files === 'all' || isMain === true) && (returns || isReturn !== true),
  );
}

function pdf(name: string, original: string, more: Partial<Field> = {}): Field {
  return { name, original, bytes: makePdf(1500, name + original), ...more };
}
