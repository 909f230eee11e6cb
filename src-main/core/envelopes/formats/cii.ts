// UN/CEFACT Cross Industry Invoice: D16B (Factur-X, ZUGFeRD 2) and the older ZUGFeRD 1, whose parts only carry other
// names. Dates have a format code: 102 = YYYYMMDD.
import { attributeOf, type PayloadSink, type XmlTag } from '../xml/xml-visitor.ts';
import { CarriedFiles, type FormatReader, PathValues } from './format-reader.ts';
import { type InvoiceFacts, type InvoiceParty, isCreditNote } from './invoice-facts.ts';

export const CII_NAMESPACES: ReadonlySet<string> = new Set([
  'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  'urn:ferd:CrossIndustryDocument:invoice:1p0',
]);

/** Names of ZUGFeRD 1 → names of D16B. */
const MODERN = new Map([
  ['SpecifiedExchangedDocumentContext', 'ExchangedDocumentContext'],
  ['HeaderExchangedDocument', 'ExchangedDocument'],
  ['SpecifiedSupplyChainTradeTransaction', 'SupplyChainTradeTransaction'],
  ['ApplicableSupplyChainTradeAgreement', 'ApplicableHeaderTradeAgreement'],
  ['ApplicableSupplyChainTradeSettlement', 'ApplicableHeaderTradeSettlement'],
  ['SpecifiedTradeSettlementMonetarySummation', 'SpecifiedTradeSettlementHeaderMonetarySummation'],
]);

const DEAL = 'SupplyChainTradeTransaction/ApplicableHeaderTradeAgreement/';
const MONEY = 'SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement/';
const SUMS = `${MONEY}SpecifiedTradeSettlementHeaderMonetarySummation/`;
const SELLER = `${DEAL}SellerTradeParty/`;
const BUYER = `${DEAL}BuyerTradeParty/`;
const PARTY = [
  'Name',
  'ID',
  'GlobalID',
  'SpecifiedLegalOrganization/ID',
  'SpecifiedTaxRegistration/ID',
];
const PROFILE = 'ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID';
const DATE = 'ExchangedDocument/IssueDateTime/DateTimeString';
const DUE_DATE = `${MONEY}SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString`;
const WANTED = [
  PROFILE,
  'ExchangedDocument/ID',
  'ExchangedDocument/TypeCode',
  DATE,
  DUE_DATE,
  `${DEAL}BuyerReference`,
  `${DEAL}BuyerOrderReferencedDocument/IssuerAssignedID`,
  `${DEAL}BuyerOrderReferencedDocument/ID`,
  `${DEAL}ContractReferencedDocument/IssuerAssignedID`,
  `${DEAL}ContractReferencedDocument/ID`,
  `${MONEY}InvoiceCurrencyCode`,
  `${SUMS}TaxBasisTotalAmount`,
  `${SUMS}GrandTotalAmount`,
  `${SUMS}DuePayableAmount`,
  ...PARTY.flatMap((path) => [SELLER + path, BUYER + path]),
];

export class CiiReader implements FormatReader<InvoiceFacts> {
  readonly #values = new PathValues(WANTED);
  readonly #carried = new CarriedFiles();
  /** Tax totals by currency: an invoice may give them in two. */
  readonly #taxes = new Map<string, string>();
  #taxCurrency = '';
  #vat: { seller: string; buyer: string } = { seller: '', buyer: '' };
  #taxScheme = '';

  open(tag: XmlTag): void {
    if (tag.local === 'TaxTotalAmount') this.#taxCurrency = attributeOf(tag, 'currencyID');
    if (tag.local === 'ID') this.#taxScheme = attributeOf(tag, 'schemeID');
  }

  close(text: string, path: readonly string[]): void {
    if (text === '' || path.length > 7) return;
    const local = path.at(-1);
    if (path[2]?.startsWith('IncludedSupplyChain') === true) return;
    const modern = path.slice(1).map((part) => MODERN.get(part) ?? part);
    if (local === 'TaxTotalAmount' && !this.#taxes.has(this.#taxCurrency)) {
      this.#taxes.set(this.#taxCurrency, text);
    }
    const isVat = local === 'ID' && path.at(-2) === 'SpecifiedTaxRegistration';
    if (isVat && this.#taxScheme === 'VA') {
      const side = path.includes('SellerTradeParty') ? 'seller' : 'buyer';
      if (this.#vat[side] === '') this.#vat = { ...this.#vat, [side]: text };
    }
    this.#values.offer(modern.join('/'), text);
  }

  payload(tag: XmlTag, path: readonly string[]): PayloadSink | null {
    return this.#carried.payload(tag, path);
  }

  result(): InvoiceFacts {
    const first = (...paths: string[]): string => this.#values.first(...paths);
    const document = (name: string): string =>
      first(`${DEAL}${name}/IssuerAssignedID`, `${DEAL}${name}/ID`);
    const typeCode = first('ExchangedDocument/TypeCode') || '380';
    const currency = first(`${MONEY}InvoiceCurrencyCode`);
    return {
      type: 'invoice',
      syntax: 'cii',
      form: isCreditNote(typeCode) ? 'credit_note' : 'invoice',
      profile: first(PROFILE),
      number: first('ExchangedDocument/ID'),
      date: first(DATE),
      dueDate: first(DUE_DATE),
      typeCode,
      currency,
      seller: this.#party(SELLER, this.#vat.seller),
      buyer: this.#party(BUYER, this.#vat.buyer),
      buyerReference: first(`${DEAL}BuyerReference`),
      order: document('BuyerOrderReferencedDocument'),
      contract: document('ContractReferencedDocument'),
      exclTax: first(`${SUMS}TaxBasisTotalAmount`),
      tax: this.#taxes.get(currency) ?? [...this.#taxes.values()][0] ?? '',
      inclTax: first(`${SUMS}GrandTotalAmount`),
      due: first(`${SUMS}DuePayableAmount`),
      carried: this.#carried.files(),
    };
  }

  #party(prefix: string, vat: string): InvoiceParty {
    const first = (...paths: string[]): string =>
      this.#values.first(...paths.map((path) => prefix + path));
    return {
      name: first('Name'),
      id:
        first('SpecifiedLegalOrganization/ID') ||
        first('GlobalID', 'ID') ||
        vat ||
        first('SpecifiedTaxRegistration/ID'),
      vat,
    };
  }
}
