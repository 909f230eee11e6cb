// Chorus Pro's own description of invoices: CPPFacturePivot (what a public body receives) and CPPFactureMixte (what a
// supplier sends, same skeleton). Several invoices in one file are usual; their count is taken, never believed.
import { attributeOf, type PayloadSink, type XmlTag } from '../xml/xml-visitor.ts';
import { type CarriedFile, CarriedFiles, type FormatReader, PathValues } from './format-reader.ts';

export type PivotInvoice = {
  readonly supplierIdType: string;
  readonly supplierId: string;
  readonly supplierName: string;
  readonly debtorId: string;
  readonly debtorName: string;
  readonly serviceCode: string;
  readonly serviceName: string;
  readonly number: string;
  /** Chorus' own id, where given. */
  readonly cproId: string;
  readonly invoiceType: string;
  readonly frame: string;
  readonly date: string;
  readonly receivedDate: string;
  readonly currency: string;
  readonly net: string;
  readonly exclTax: string;
  readonly inclTax: string;
  readonly contract: string;
  readonly commitment: string;
  /** Last status of the validation cycle. */
  readonly status: string;
  readonly carried: readonly CarriedFile[];
};

export type PivotFile = {
  readonly type: 'pivot';
  readonly form: 'pivot' | 'mixte';
  readonly flowId: string;
  readonly flowDate: string;
  /** `Compteur`; '' where missing. */
  readonly declaredCount: string;
  readonly invoices: readonly PivotInvoice[];
};

const UNITS: ReadonlySet<string> = new Set(['CPPFacturePivotUnitaire', 'CPPFactureMixteUnitaire']);
const MAX_INVOICES = 5000;
const WANTED = [
  'Fournisseur/TypeIdentifiant',
  'Fournisseur/Identifiant',
  'Fournisseur/RaisonSociale',
  'Fournisseur/Nom',
  'Debiteur/Identifiant',
  'Debiteur/Nom',
  'Debiteur/CodeService',
  'Debiteur/NomService',
  'DonneesFacture/Id',
  'DonneesFacture/IdCPRO',
  'DonneesFacture/IdFactureOrigine',
  'DonneesFacture/Type',
  'DonneesFacture/Cadre',
  'DonneesFacture/DateEmissionFacture',
  'DonneesFacture/DateReception',
  'DonneesFacture/Devise',
  'DonneesFacture/Montants/MontantHT',
  'DonneesFacture/Montants/MontantTTC',
  'DonneesFacture/Montants/MontantNetAPayer',
  'DonneesFacture/Engagement/NumeroMarche',
  'DonneesFacture/Engagement/NumeroEngagement',
];

type Unit = { readonly values: PathValues; readonly from: number; to: number; status: string };

export class PivotReader implements FormatReader<PivotFile> {
  readonly #form: PivotFile['form'];
  readonly #units: Unit[] = [];
  readonly #carried = new CarriedFiles();
  readonly #flow = new Map<string, string>();
  #parameter = '';
  #declaredCount = '';
  #unit: Unit | null = null;
  /** Files of the current `PJ` begin here; its names come after its content. */
  #carriedBefore = 0;

  constructor(root: string) {
    this.#form = root === 'CPPFactureMixte' ? 'mixte' : 'pivot';
  }

  open(tag: XmlTag, path: readonly string[]): void {
    if (path.length === 2 && tag.local === 'CPPFactures') {
      this.#declaredCount = attributeOf(tag, 'Compteur') || attributeOf(tag, 'compteur');
    }
    if (path.length === 3 && UNITS.has(tag.local) && this.#units.length < MAX_INVOICES) {
      const from = this.#carried.count;
      this.#unit = { values: new PathValues(WANTED), from, to: from, status: '' };
      this.#units.push(this.#unit);
    }
    if (tag.local === 'PJ') this.#carriedBefore = this.#carried.count;
  }

  close(text: string, path: readonly string[]): void {
    const local = path.at(-1) ?? '';
    const unit = this.#unit;
    if (unit === null) this.#flowParameter(local, text);
    else if (path.length === 3) {
      unit.to = this.#carried.count;
      this.#unit = null;
    } else if (path[3] === 'PJ') this.#label(local, text);
    else if (path[3] === 'CycleDeValidation') {
      if (local === 'ComplementStatut' && text !== '') unit.status = text;
    } else if (text !== '') unit.values.offer(path.slice(3).join('/'), text);
  }

  payload(tag: XmlTag, path: readonly string[]): PayloadSink | null {
    return this.#carried.payload(tag, path);
  }

  result(): PivotFile {
    return {
      type: 'pivot',
      form: this.#form,
      flowId: this.#flow.get('IdFlx') ?? '',
      flowDate: this.#flow.get('DtPrd') ?? '',
      declaredCount: this.#declaredCount,
      invoices: this.#units.map((unit) => this.#invoice(unit)),
    };
  }

  #flowParameter(local: string, text: string): void {
    if (local === 'Code') this.#parameter = text;
    else if (local === 'Valeurparametre' && !this.#flow.has(this.#parameter)) {
      this.#flow.set(this.#parameter, text);
    }
  }

  #label(local: string, text: string): void {
    if (this.#carried.count === this.#carriedBefore) return;
    if (local === 'NomPJ') this.#carried.label({ name: text });
    else if (local === 'TypePJ') this.#carried.label({ typeCode: text });
    else if (local === 'MimeTypePJ') this.#carried.label({ declaredType: text });
    else if (local === 'IdOriginal') this.#carried.label({ fallback: text });
  }

  #invoice({ values, from, to, status }: Unit): PivotInvoice {
    return {
      supplierIdType: values.first('Fournisseur/TypeIdentifiant'),
      supplierId: values.first('Fournisseur/Identifiant'),
      supplierName: values.first('Fournisseur/RaisonSociale', 'Fournisseur/Nom'),
      debtorId: values.first('Debiteur/Identifiant'),
      debtorName: values.first('Debiteur/Nom'),
      serviceCode: values.first('Debiteur/CodeService'),
      serviceName: values.first('Debiteur/NomService'),
      number: values.first('DonneesFacture/Id', 'DonneesFacture/IdFactureOrigine'),
      cproId: values.first('DonneesFacture/IdCPRO'),
      invoiceType: values.first('DonneesFacture/Type'),
      frame: values.first('DonneesFacture/Cadre'),
      date: values.first('DonneesFacture/DateEmissionFacture'),
      receivedDate: values.first('DonneesFacture/DateReception'),
      currency: values.first('DonneesFacture/Devise'),
      exclTax: values.first('DonneesFacture/Montants/MontantHT'),
      inclTax: values.first('DonneesFacture/Montants/MontantTTC'),
      net: values.first('DonneesFacture/Montants/MontantNetAPayer'),
      contract: values.first('DonneesFacture/Engagement/NumeroMarche'),
      commitment: values.first('DonneesFacture/Engagement/NumeroEngagement'),
      status,
      carried: this.#carried.files(from, to),
    };
  }
}
