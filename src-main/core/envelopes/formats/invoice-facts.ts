// What an electronic invoice says of itself, whichever syntax it is written in (EN 16931 calls these BT-1, BT-2…).
import type { CarriedFile } from './format-reader.ts';

export type InvoiceParty = {
  readonly name: string;
  /** SIREN or SIRET where there is one, else VAT number, else whatever the other side calls it. */
  readonly id: string;
  readonly vat: string;
};

export type InvoiceFacts = {
  readonly type: 'invoice';
  readonly syntax: 'ubl' | 'cii';
  readonly form: 'invoice' | 'credit_note';
  /** Guideline or customisation: `urn:factur-x.eu:1p0:minimum`, `urn:cen.eu:en16931:2017`… */
  readonly profile: string;
  readonly number: string;
  /** Raw, as all values here. */
  readonly date: string;
  readonly dueDate: string;
  /** 380 invoice, 381 credit note… */
  readonly typeCode: string;
  readonly currency: string;
  readonly seller: InvoiceParty;
  readonly buyer: InvoiceParty;
  /** Chorus: the service code. */
  readonly buyerReference: string;
  readonly order: string;
  readonly contract: string;
  readonly exclTax: string;
  readonly tax: string;
  readonly inclTax: string;
  readonly due: string;
  readonly carried: readonly CarriedFile[];
};

/** UNTDID 1001 codes of credit notes in use; everything else is an invoice of some kind. */
export const isCreditNote = (typeCode: string): boolean =>
  ['81', '83', '261', '262', '296', '308', '381', '396', '420', '458', '532'].includes(typeCode);
