// UBL 2 Invoice and CreditNote (OASIS), read by local names below the root.
import type { PayloadSink, XmlTag } from '../xml/xml-visitor.ts';
import { CarriedFiles, type FormatReader, PathValues } from './format-reader.ts';
import { type InvoiceFacts, type InvoiceParty, isCreditNote } from './invoice-facts.ts';

export const UBL_NAMESPACES: ReadonlySet<string> = new Set([
  'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2',
  'urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2',
]);

const PARTY = [
  'PartyLegalEntity/RegistrationName',
  'PartyName/Name',
  'PartyLegalEntity/CompanyID',
  'PartyIdentification/ID',
  'PartyTaxScheme/CompanyID',
  'EndpointID',
];
const SELLER = 'AccountingSupplierParty/Party/';
const BUYER = 'AccountingCustomerParty/Party/';
const WANTED = [
  'CustomizationID',
  'ProfileID',
  'ID',
  'IssueDate',
  'DueDate',
  'PaymentMeans/PaymentDueDate',
  'InvoiceTypeCode',
  'CreditNoteTypeCode',
  'DocumentCurrencyCode',
  'BuyerReference',
  'OrderReference/ID',
  'ContractDocumentReference/ID',
  'TaxTotal/TaxAmount',
  'LegalMonetaryTotal/TaxExclusiveAmount',
  'LegalMonetaryTotal/TaxInclusiveAmount',
  'LegalMonetaryTotal/PayableAmount',
  ...PARTY.flatMap((path) => [SELLER + path, BUYER + path]),
];

export class UblReader implements FormatReader<InvoiceFacts> {
  readonly #root: string;
  readonly #values = new PathValues(WANTED);
  readonly #carried = new CarriedFiles();

  constructor(root: string) {
    this.#root = root;
  }

  open(): void {
    // Values stand in texts; attachments come as payloads.
  }

  close(text: string, path: readonly string[]): void {
    if (text === '' || path.length > 5) return;
    this.#values.offer(path.slice(1).join('/'), text);
  }

  payload(tag: XmlTag, path: readonly string[]): PayloadSink | null {
    return this.#carried.payload(tag, path);
  }

  result(): InvoiceFacts {
    const first = (...paths: string[]): string => this.#values.first(...paths);
    const typeCode = first('InvoiceTypeCode', 'CreditNoteTypeCode');
    const isCredit = this.#root === 'CreditNote' || isCreditNote(typeCode);
    return {
      type: 'invoice',
      syntax: 'ubl',
      form: isCredit ? 'credit_note' : 'invoice',
      profile: first('CustomizationID', 'ProfileID'),
      number: first('ID'),
      date: first('IssueDate'),
      dueDate: first('DueDate', 'PaymentMeans/PaymentDueDate'),
      typeCode: typeCode || (isCredit ? '381' : '380'),
      currency: first('DocumentCurrencyCode'),
      seller: this.#party(SELLER),
      buyer: this.#party(BUYER),
      buyerReference: first('BuyerReference'),
      order: first('OrderReference/ID'),
      contract: first('ContractDocumentReference/ID'),
      exclTax: first('LegalMonetaryTotal/TaxExclusiveAmount'),
      tax: first('TaxTotal/TaxAmount'),
      inclTax: first('LegalMonetaryTotal/TaxInclusiveAmount'),
      due: first('LegalMonetaryTotal/PayableAmount'),
      carried: this.#carried.files(),
    };
  }

  #party(prefix: string): InvoiceParty {
    const first = (...paths: string[]): string =>
      this.#values.first(...paths.map((path) => prefix + path));
    const vat = first('PartyTaxScheme/CompanyID');
    return {
      name: first('PartyLegalEntity/RegistrationName', 'PartyName/Name'),
      id:
        first('PartyLegalEntity/CompanyID', 'PartyIdentification/ID') || vat || first('EndpointID'),
      vat,
    };
  }
}
