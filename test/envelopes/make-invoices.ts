// Electronic invoices: UBL, CII, the older ZUGFeRD 1, and a PDF that carries one.
import { makePdfWithFiles, type PdfShape } from './make-pdf-with-files.ts';
import { type Encoding, encodeXml } from './xml-text.ts';

export type InvoiceOptions = {
  readonly number?: string;
  readonly isCreditNote?: boolean;
  readonly encoding?: Encoding;
  readonly attachment?: { readonly name: string; readonly bytes: Buffer };
};

export const invoiceDefaults = { number: 'F2026-0042', encoding: 'utf-8' } as const;

const attached = (options: InvoiceOptions): string =>
  options.attachment?.bytes.toString('base64') ?? '';

export function makeUbl(options: InvoiceOptions = {}): Buffer {
  const { number, encoding } = { ...invoiceDefaults, ...options };
  const root = options.isCreditNote ? 'CreditNote' : 'Invoice';
  const document =
    options.attachment === undefined
      ? ''
      : `<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="${options.attachment.name}">${attached(options)}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>`;
  const party = (name: string, id: string, vat: string): string =>
    `<cac:Party><cac:PartyTaxScheme><cbc:CompanyID>${vat}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity><cbc:RegistrationName>${name}</cbc:RegistrationName><cbc:CompanyID>${id}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party>`;
  const body = `<${root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:${root}-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>${number}</cbc:ID><cbc:IssueDate>2026-04-02</cbc:IssueDate><cbc:DueDate>2026-05-02</cbc:DueDate><cbc:${root}TypeCode>${options.isCreditNote ? '381' : '380'}</cbc:${root}TypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cbc:BuyerReference>SERVICE</cbc:BuyerReference><cac:OrderReference><cbc:ID>BC-7</cbc:ID></cac:OrderReference>${document}
<cac:AccountingSupplierParty>${party("L'Été SARL", '32682006500083', 'FR11326820065')}</cac:AccountingSupplierParty>
<cac:AccountingCustomerParty>${party('Commune', '21930053000017', 'FR00219300530')}</cac:AccountingCustomerParty>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">20.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">100</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="EUR">120</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="EUR">110</cbc:PayableAmount></cac:LegalMonetaryTotal>
</${root}>`;
  return encodeXml(body, encoding);
}

export function makeCii(options: InvoiceOptions = {}): Buffer {
  const { number, encoding } = { ...invoiceDefaults, ...options };
  const document =
    options.attachment === undefined
      ? ''
      : `<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>1</ram:IssuerAssignedID><ram:AttachmentBinaryObject mimeCode="application/pdf" filename="${options.attachment.name}">${attached(options)}</ram:AttachmentBinaryObject></ram:AdditionalReferencedDocument>`;
  const party = (name: string, id: string, vat: string): string =>
    `<ram:Name>${name}</ram:Name><ram:SpecifiedLegalOrganization><ram:ID schemeID="0009">${id}</ram:ID></ram:SpecifiedLegalOrganization><ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">${vat}</ram:ID></ram:SpecifiedTaxRegistration>`;
  const body = `<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:factur-x.eu:1p0:minimum</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>${number}</ram:ID><ram:TypeCode>${options.isCreditNote ? '381' : '380'}</ram:TypeCode><ram:IssueDateTime><udt:DateTimeString format="102">20260402</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedTradeProduct><ram:Name>Pelle</ram:Name></ram:SpecifiedTradeProduct></ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement><ram:BuyerReference>SERVICE</ram:BuyerReference><ram:SellerTradeParty>${party("L'Été SARL", '32682006500083', 'FR11326820065')}</ram:SellerTradeParty><ram:BuyerTradeParty>${party('Commune', '21930053000017', 'FR00219300530')}</ram:BuyerTradeParty><ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>BC-7</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument>${document}</ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode><ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">20260502</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="USD">22.00</ram:TaxTotalAmount><ram:TaxTotalAmount currencyID="EUR">20.00</ram:TaxTotalAmount><ram:GrandTotalAmount>120.00</ram:GrandTotalAmount><ram:DuePayableAmount>110.00</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>`;
  return encodeXml(body, encoding);
}

/** ZUGFeRD 1: the same data under the names of 2014. */
export const makeZugferd1 = (): Buffer =>
  Buffer.from(
    makeCii()
      .toString()
      .replaceAll('CrossIndustryInvoice:100', 'X')
      .replaceAll('CrossIndustryInvoice', 'CrossIndustryDocument')
      .replace(
        'urn:un:unece:uncefact:data:standard:X',
        'urn:ferd:CrossIndustryDocument:invoice:1p0',
      )
      .replaceAll('rsm:ExchangedDocumentContext', 'rsm:SpecifiedExchangedDocumentContext')
      .replaceAll('rsm:ExchangedDocument>', 'rsm:HeaderExchangedDocument>')
      .replaceAll(':SupplyChainTradeTransaction', ':SpecifiedSupplyChainTradeTransaction')
      .replaceAll('ApplicableHeaderTradeAgreement', 'ApplicableSupplyChainTradeAgreement')
      .replaceAll('ApplicableHeaderTradeSettlement', 'ApplicableSupplyChainTradeSettlement')
      .replaceAll('SettlementHeaderMonetarySummation', 'SettlementMonetarySummation'),
  );

export const makeFacturx = (options: InvoiceOptions & { readonly shape?: PdfShape } = {}): Buffer =>
  makePdfWithFiles(
    [
      { name: 'Bon_de_livraison.pdf', bytes: Buffer.from('%PDF-1.4 nothing') },
      { name: 'factur-x.xml', bytes: makeCii(options), mediaType: 'text/xml' },
    ],
    options.shape,
  );
