// Document of a bare invoice: the data EN 16931 asks for, under the same keys as a Chorus invoice where they are the
// same thing, so that one COLD job can index both.
import type { EnvelopeDocument, EnvelopeKind } from '#contract/model/envelope';
import { attachmentsOf, makeDocument } from './document.ts';
import type { InvoiceFacts } from './formats/invoice-facts.ts';
import { decimal, isoDate } from './formats/values.ts';

export type BareInvoice = {
  readonly kind: EnvelopeKind;
  readonly facts: InvoiceFacts;
  /** The file of the unit that is the invoice. */
  readonly file: string;
  /** Unit name, for the index. */
  readonly unitName: string;
  /** Names of the unit's files that belong to it. */
  readonly files: readonly string[];
};

export function describeInvoice(invoice: BareInvoice): EnvelopeDocument {
  const { facts, kind, file } = invoice;
  const number = facts.number;
  const inclTax = decimal(facts.inclTax);
  const due = decimal(facts.due);
  return makeDocument(
    {
      kind,
      sourceFile: invoice.unitName,
      form: facts.form,
      id: [facts.seller.id, number].filter((part) => part !== '').join('-'),
      title: number,
      date: isoDate(facts.date),
      amount: inclTax || due,
      orgId: facts.buyer.id,
      counterpart: facts.seller.name,
    },
    {
      syntaxe: facts.syntax,
      profil: facts.profile,
      numero: number,
      type_facture: facts.typeCode,
      echeance: isoDate(facts.dueDate),
      fournisseur_id: facts.seller.id,
      fournisseur_nom: facts.seller.name,
      fournisseur_tva: facts.seller.vat,
      acheteur_id: facts.buyer.id,
      acheteur_nom: facts.buyer.name,
      service_code: facts.buyerReference,
      engagement: facts.order,
      marche: facts.contract,
      ht: decimal(facts.exclTax),
      tva: decimal(facts.tax),
      ttc: inclTax,
      net: due,
      devise: facts.currency,
    },
    {
      main: { from: 'file', name: file },
      files: [...invoice.files],
      // Those of a PDF's data lie inside the PDF and are shown by its reader.
      attachments: kind === 'facturx' ? [] : attachmentsOf(file, facts.carried, () => 'attachment'),
    },
  );
}
