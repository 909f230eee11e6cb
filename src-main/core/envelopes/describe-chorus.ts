// Documents of chorus_fact: one invoice of a deposit, or every invoice of a pivot. The readable picture of an invoice
// is a file beside the pivot, or one carried inside it.
import type { EnvelopeDocument, Finding } from '#contract/model/envelope';
import { attachmentsOf, makeDocument } from './document.ts';
import type { CarriedFile } from './formats/format-reader.ts';
import type { PivotFile, PivotInvoice } from './formats/pivot.ts';
import { decimal, firstOf, isoDate } from './formats/values.ts';
import { firstOfRoles } from './order-files.ts';
import { type PastellMap, valueOf } from './pastell/pastell-map.ts';
import { baseName } from './pastell/resolve-files.ts';
import { factsOfName, fieldName, type View } from './view.ts';

type Told = { readonly file: string; readonly facts: PivotFile };

export function describeChorus(view: View): EnvelopeDocument[] {
  const pivots = view.pieces.flatMap(({ file, xml }): Told[] =>
    xml?.facts.type === 'pivot' ? [{ file: file.name, facts: xml.facts }] : [],
  );
  if (view.map !== null) {
    const file = fieldName(view, 'fichier_facture');
    const facts = factsOfName(view, file);
    const pivot = file !== undefined && facts?.type === 'pivot' ? { file, facts } : pivots[0];
    const number = valueOf(view.map, 'no_facture');
    const invoices = pivot?.facts.invoices ?? [];
    const invoice = invoices.find((one) => one.number === number) ?? invoices[0];
    return [invoiceDocument(view, { pivot, invoice, map: view.map, isAlone: true })];
  }
  const count = pivots.reduce((sum, { facts }) => sum + facts.invoices.length, 0);
  return pivots.flatMap((pivot) =>
    pivot.facts.invoices.map((invoice) =>
      invoiceDocument(view, { pivot, invoice, map: null, isAlone: count === 1 }),
    ),
  );
}

/** What is odd about the pivots, whatever their invoices say. */
export function chorusWarnings(view: View): Finding[] {
  return view.pieces.flatMap(({ file, xml }) => {
    if (xml?.facts.type !== 'pivot') return [];
    const { declaredCount, invoices } = xml.facts;
    if (declaredCount === '' || Number(declaredCount) === invoices.length) return [];
    const params = { name: file.name, declared: declaredCount, count: invoices.length };
    return [{ code: 'envelope.warning.invoiceCount', params }];
  });
}

type Parts = {
  readonly pivot: Told | undefined;
  readonly invoice: PivotInvoice | undefined;
  readonly map: PastellMap | null;
  readonly isAlone: boolean;
};

function invoiceDocument(view: View, { pivot, invoice, map, isAlone }: Parts): EnvelopeDocument {
  const said = (key: string): string => (map === null ? '' : valueOf(map, key));
  const number = firstOf(said('no_facture'), invoice?.number);
  const inclTax = firstOf(decimal(said('montant_ttc')), decimal(invoice?.inclTax ?? ''));
  const net = decimal(invoice?.net ?? '');
  const cproId = firstOf(said('id_facture_cpp'), invoice?.cproId);
  const supplierId = firstOf(invoice?.supplierId, said('fournisseur'));
  const supplierName = firstOf(said('fournisseur_raison_sociale'), invoice?.supplierName);
  const attachments =
    pivot === undefined ? [] : attachmentsOf(pivot.file, invoice?.carried ?? [], roleOf);
  const files = view.files.filter(({ name }) => isAlone || name === pivot?.file);
  return makeDocument(
    {
      kind: 'chorus_fact',
      sourceFile: view.unitName,
      form: pivot?.facts.form ?? 'facture',
      id: cproId || [supplierId, number].filter((part) => part !== '').join('-'),
      title: number,
      date: firstOf(isoDate(said('date_facture')), isoDate(invoice?.date ?? '')),
      amount: firstOf(inclTax, net),
      orgId: firstOf(invoice?.debtorId, said('siret')),
      counterpart: supplierName,
    },
    {
      id_cpp: cproId,
      numero: number,
      type_facture: firstOf(said('type_facture'), invoice?.invoiceType),
      cadre: firstOf(said('facture_cadre'), invoice?.frame),
      fournisseur_id: supplierId,
      fournisseur_nom: supplierName,
      service_code: firstOf(said('service_destinataire_code'), invoice?.serviceCode),
      service_nom: firstOf(said('service_destinataire'), invoice?.serviceName),
      engagement: firstOf(said('facture_numero_engagement'), invoice?.commitment),
      marche: firstOf(said('facture_numero_marche'), invoice?.contract),
      ht: decimal(invoice?.exclTax ?? ''),
      ttc: inclTax,
      net,
      devise: invoice?.currency ?? '',
      date_depot: firstOf(isoDate(said('date_depot')), isoDate(invoice?.receivedDate ?? '')),
      statut: firstOf(said('statut_cpp'), invoice?.status),
      id_flux: pivot?.facts.flowId ?? '',
    },
    {
      main: mainOf(view, { files, attachments, pivotFile: pivot?.file }),
      files: files.map(({ name }) => name),
      attachments,
    },
  );
}

/** `TypePJ` 01 is the invoice itself, 02 what comes with it. */
const roleOf = ({ typeCode }: CarriedFile): 'invoice' | 'attachment' =>
  typeCode === '01' || typeCode === '1' ? 'invoice' : 'attachment';

type Choice = {
  readonly files: View['files'];
  readonly attachments: EnvelopeDocument['attachments'];
  readonly pivotFile: string | undefined;
};

/** A readable invoice before a machine's one, a file of its own before one inside the pivot. */
function mainOf(view: View, { files, attachments, pivotFile }: Choice): EnvelopeDocument['main'] {
  const usable = attachments.filter(({ packing }) => packing !== 'empty' && packing !== 'unknown');
  const invoiceInside = usable.find(({ role }) => role === 'invoice');
  const pdfs = files.filter(({ mediaType }) => mediaType === 'application/pdf');
  const besides = pdfs.filter(({ role }) => role === 'attachment');
  // Chorus' download packages lay the files of an invoice beside the pivot, under the names it gives them.
  const isNamed = (name: string): boolean => baseName(name) === invoiceInside?.name;
  const choices = [
    asFile(firstOfRoles(files, ['invoice_pdf'])),
    asFile(firstOfRoles(pdfs, ['invoice'])),
    asFile(besides.find(({ name }) => isNamed(name))),
    asFile(besides.find(({ name }) => isPicture(baseName(name)))),
    asFile(view.map === null && besides.length === 1 ? besides[0] : undefined),
    asAttachment(usable.find(({ role, name }) => role === 'invoice' && /\.pdf$/iu.test(name))),
    asAttachment(usable.find(({ name }) => isPicture(name))),
    asFile(firstOfRoles(files, ['invoice'])),
    asAttachment(invoiceInside),
  ];
  const fallback = { from: 'file', name: pivotFile ?? files[0]?.name ?? '' } as const;
  return choices.find((choice) => choice !== null) ?? fallback;
}

type Named = { readonly name: string };
const asFile = (file: Named | undefined): EnvelopeDocument['main'] | null =>
  file === undefined ? null : { from: 'file', name: file.name };
const asAttachment = (file: Named | undefined): EnvelopeDocument['main'] | null =>
  file === undefined ? null : { from: 'attachment', name: file.name };

/** `PJ00…` is the picture Chorus makes of an invoice that came as data. */
const isPicture = (name: string): boolean => /^PJ00.*\.pdf$/iu.test(name);
