// Chorus Pro files: the pivot with one or several invoices and their attachments, the mixed form, the status return.
import { makePdf } from '../helpers/make-pdf.ts';
import { makeZip } from './make-zip.ts';
import { type Encoding, encodeXml, escapeXml } from './xml-text.ts';

export type ChorusAttachment = {
  readonly name: string;
  readonly type?: '01' | '02';
  readonly mimeType?: string;
  /** Of the content; the whole element is left out when absent. */
  readonly content?: Buffer;
};

export type ChorusInvoice = {
  readonly number?: string;
  readonly date?: string;
  readonly amount?: string;
  readonly supplier?: string;
  readonly attachments?: readonly ChorusAttachment[];
};

export type PivotOptions = {
  readonly invoices?: readonly ChorusInvoice[];
  /** What the file says; the truth when absent. */
  readonly counter?: number;
  readonly form?: 'Pivot' | 'Mixte';
  readonly encoding?: Encoding;
};

export const pdfInZip = (name: string, streamed = false): Buffer =>
  makeZip([{ name, bytes: makePdf(1500, name), packing: streamed ? 'streamed' : 'deflated' }]);

export const chorusDefaults = {
  number: 'FAC-2026-0117',
  date: '2026-02-19',
  amount: '1234.560000',
  supplier: '32682006500083',
} as const;

export const usualAttachments: readonly ChorusAttachment[] = [
  { name: 'FAC20260117.pdf', type: '01', content: pdfInZip('FAC20260117.pdf') },
  { name: 'BL20260117.pdf', type: '02', content: pdfInZip('BL20260117.pdf', true) },
];

export function makePivot(options: PivotOptions = {}): Buffer {
  const { invoices = [{}], form = 'Pivot', encoding = 'utf-8' } = options;
  const root = `CPPFacture${form}`;
  const body = `<${root} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="CPPFacturePivot_V1_22.xsd">
<Enveloppe><EnveloppeUnitaire NumOrdre="1"><Parametres><ParametreIndiv NumOrdre="0001"><Code>DtPrd</Code><Valeurparametre>2026-02-20</Valeurparametre></ParametreIndiv><ParametreIndiv NumOrdre="0002"><Code>IdFlx</Code><Valeurparametre>CPP0020036000000000000004</Valeurparametre></ParametreIndiv></Parametres></EnveloppeUnitaire></Enveloppe>
<CPPFactures Compteur="${options.counter ?? invoices.length}">
${invoices.map((invoice, index) => unit(`${root}Unitaire`, invoice, index)).join('\n')}
</CPPFactures></${root}>`;
  return encodeXml(body, encoding);
}

function unit(element: string, invoice: ChorusInvoice, index: number): string {
  const { number, date, amount, supplier } = { ...chorusDefaults, ...invoice };
  const { attachments = usualAttachments } = invoice;
  return `<${element} NumOrdre="${index + 1}">
<Fournisseur><TypeIdentifiant>1</TypeIdentifiant><Identifiant>${supplier}</Identifiant><RaisonSociale>SARL L'Été</RaisonSociale><CodePays>FR</CodePays><ModeEmission>flux</ModeEmission></Fournisseur>
<Debiteur><TypeIdentifiant>1</TypeIdentifiant><Identifiant>21930053000017</Identifiant><Nom>Commune</Nom><CodeService>GN5</CodeService><NomService>COMPTABILITE</NomService></Debiteur>
<DonneesFacture><Id>${escapeXml(number)}</Id><Type>380</Type><Cadre>A1</Cadre><DateEmissionFacture>${date}</DateEmissionFacture><DateReception>2026-02-20</DateReception><Devise>EUR</Devise>
<Montants><MontantHT>1028.800000</MontantHT><MontantTTC>${amount}</MontantTTC><MontantNetAPayer>${amount}</MontantNetAPayer></Montants>
<Engagement><NumeroMarche>175191/0/175191</NumeroMarche><NumeroEngagement>2412345673</NumeroEngagement></Engagement>
<Lignes><Ligne NumOrdre="1"><MontantHT>1.00</MontantHT></Ligne></Lignes></DonneesFacture>
${attachments.map(pj).join('\n')}
<CycleDeValidation><ValidationUnitaire><ComplementStatut>Déposée</ComplementStatut><ProducteurStatut><Id>11002001300097</Id></ProducteurStatut></ValidationUnitaire></CycleDeValidation>
</${element}>`;
}

const pj = ({ name, type = '02', mimeType, content }: ChorusAttachment, index: number): string =>
  `<PJ NumOrdre="${index + 1}"><IdOriginal>12A${index}</IdOriginal>${content === undefined ? '' : `<Contenu>${content.toString('base64')}</Contenu>`}<NomPJ>${escapeXml(name)}</NomPJ><TypePJ>${type}</TypePJ><MimeTypePJ>${mimeType ?? 'application/pdf'}</MimeTypePJ></PJ>`;

export const makeStatus = (): Buffer =>
  Buffer.from(
    '<CPPStatut><CPPFactureStatuts compteur="1"><CPPFactureStatutUnitaire NumOrdre="1"><DonneesStatut><ComplementStatut>Service fait</ComplementStatut><IdFacture>FAC-2026-0117</IdFacture></DonneesStatut></CPPFactureStatutUnitaire></CPPFactureStatuts></CPPStatut>',
  );
