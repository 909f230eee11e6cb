// PES v2: accounting files between a public body and its Treasury office. Children are in no namespace, values in
// the attribute `V`. One reader for the file itself, the acknowledgement and the restitution.
import type { Refusal } from '#contract/model/envelope';
import type { PayloadSink, XmlTag } from '../xml/xml-visitor.ts';
import { type CarriedFile, CarriedFiles, type FormatReader } from './format-reader.ts';
import { PesAcknowledgement } from './pes-acknowledgement.ts';
import { DecimalSum } from './values.ts';

/** All revisions of PES v2 share it; retour and retour/v2 differ behind it. */
export const PES_NAMESPACE = 'http://www.minefi.gouv.fr/cp/helios/pes_v2/';

export type PesFile = {
  readonly type: 'pes';
  /** `pes_aller`, `pes_acquit`, `pes_retour`, `pes_nonacquit`. */
  readonly form: string;
  readonly nomFic: string;
  readonly typFic: string;
  readonly date: string;
  /** SIRET. */
  readonly idColl: string;
  readonly idPost: string;
  readonly codCol: string;
  readonly codBud: string;
  readonly label: string;
  /** `PES_DepenseAller`, `PES_PJ`… */
  readonly domains: readonly string[];
  /** Numbers of the vouchers (bordereaux), each once, the first ten thousand. */
  readonly vouchers: readonly string[];
  /** Of the first voucher that tells it. */
  readonly year: string;
  /** Sum over all vouchers; '' where none has an amount. */
  readonly amount: string;
  readonly piecesCount: number;
  /** At most two different ones: enough to know whether there is only one. */
  readonly thirdParties: readonly string[];
  readonly subject: string;
  readonly isSigned: boolean;
  readonly carried: readonly CarriedFile[];
  /** '' where nothing is acknowledged. */
  readonly ackState: '' | 'accepted' | 'refused' | 'partial';
  readonly refusals: readonly Refusal[];
};

const MAX_VOUCHERS = 10_000;

export class PesReader implements FormatReader<PesFile> {
  readonly #form: string;
  readonly #head = new Map<string, string>();
  readonly #domains = new Set<string>();
  // Nothing is kept per voucher but its number: a file of a hundred megabytes holds some hundred thousand.
  readonly #vouchers = new Set<string>();
  readonly #amount = new DecimalSum();
  #year = '';
  readonly #thirdParties = new Set<string>();
  readonly #carried = new CarriedFiles();
  readonly #acknowledgement = new PesAcknowledgement();
  #pieces = 0;
  #subject = '';
  #isSigned = false;
  #pendingLabels: { name: string; id: string; type: string } | null = null;
  #carriedBefore = 0;

  constructor(root: string) {
    this.#form = root.toLowerCase();
  }

  open(tag: XmlTag, path: readonly string[]): void {
    const local = tag.local;
    const parent = path.at(-2) ?? '';
    if (path.length === 2) this.#section(local);
    const value = tag.attributes['V']?.value.trim() ?? '';
    if (parent === 'Parametres' || parent === 'EnTetePES') {
      if (value !== '' && !this.#head.has(local)) this.#head.set(local, value);
    } else if (parent === 'BlocBordereau') this.#voucher(local, value);
    else if (local === 'Piece' && parent === 'Bordereau') this.#pieces++;
    else if (local === 'Nom' && parent === 'InfoTiers') this.#thirdParty(value);
    else if (local === 'Obj' && this.#subject === '') this.#subject = value;
    else if (local === 'PJ' && value === '') {
      this.#pendingLabels = { name: '', id: '', type: '' };
      this.#carriedBefore = this.#carried.count;
    } else if (parent === 'PJ') this.#attachmentLabel(local, value);
    else if (local === 'Signature') this.#isSigned = true;
    else this.#acknowledgement.open(local, parent, value);
  }

  close(_text: string, path: readonly string[]): void {
    const local = path.at(-1) ?? '';
    if (local === 'PJ' && this.#pendingLabels !== null) {
      const { name, id, type } = this.#pendingLabels;
      for (let index = this.#carriedBefore; index < this.#carried.count; index++) {
        this.#carried.label({ name, fallback: id, typeCode: type }, index);
      }
      this.#pendingLabels = null;
    } else this.#acknowledgement.close(local);
  }

  payload(tag: XmlTag, path: readonly string[]): PayloadSink | null {
    return this.#carried.payload(tag, path);
  }

  result(): PesFile {
    const head = (name: string): string => this.#head.get(name) ?? '';
    return {
      type: 'pes',
      form: this.#form,
      nomFic: head('NomFic'),
      typFic: head('TypFic'),
      date: head('DteStr'),
      idColl: head('IdColl'),
      idPost: head('IdPost'),
      // The restitution spells it with two l.
      codCol: head('CodCol') || head('CodColl'),
      codBud: head('CodBud'),
      label: head('LibelleColBud') || head('LibellePoste'),
      domains: [...this.#domains],
      vouchers: [...this.#vouchers],
      year: this.#year,
      amount: this.#amount.total(),
      piecesCount: this.#pieces,
      thirdParties: [...this.#thirdParties],
      subject: this.#subject,
      isSigned: this.#isSigned,
      carried: this.#carried.files(),
      ackState: this.#form === 'pes_nonacquit' ? 'refused' : this.#acknowledgement.state(),
      refusals: this.#acknowledgement.refusals(),
    };
  }

  #section(local: string): void {
    if (local.startsWith('PES_') && this.#domains.size < 100) this.#domains.add(local);
  }

  #voucher(local: string, value: string): void {
    if (value === '') return;
    if (local === 'Exer') this.#year ||= value;
    else if (local === 'IdBord') {
      if (this.#vouchers.size < MAX_VOUCHERS) this.#vouchers.add(value);
    }
    // One producer writes the amount without its last capital.
    else if (local === 'MtBordHT' || local === 'MtBordHt') this.#amount.add(value);
  }

  #thirdParty(name: string): void {
    if (name !== '' && this.#thirdParties.size < 2) this.#thirdParties.add(name);
  }

  #attachmentLabel(local: string, value: string): void {
    if (this.#pendingLabels === null) return;
    if (local === 'NomPJ') this.#pendingLabels.name = value;
    else if (local === 'IdUnique') this.#pendingLabels.id = value;
    else if (local === 'TypePJ') this.#pendingLabels.type = value;
  }
}
