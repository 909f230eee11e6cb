// The judgement of the Treasury inside a PES_ACQUIT: element by element, so that a partial refusal is seen as one.
import type { Refusal } from '#contract/model/envelope';

type Element = { domain: string; state: string; voucher: string; year: string; uniqueId: string };
type Place = { piece: string; line: string; code: string; label: string };

const MAX_REFUSALS = 1000;
const noElement = (): Element => ({ domain: '', state: '', voucher: '', year: '', uniqueId: '' });
const noPlace = (): Place => ({ piece: '', line: '', code: '', label: '' });

export class PesAcknowledgement {
  readonly #refusals: Refusal[] = [];
  #accepted = 0;
  #refused = 0;
  #element = noElement();
  #place = noPlace();
  #errors = 0;

  /** `value`: the attribute `V`. */
  open(local: string, parent: string, value: string): void {
    const element = this.#element;
    const place = this.#place;
    switch (local) {
      case 'ElementACQUIT':
        this.#element = noElement();
        this.#place = noPlace();
        this.#errors = 0;
        break;
      case 'DomaineAck':
        element.domain = value;
        break;
      case 'EtatAck':
        element.state = value;
        break;
      case 'NumBord':
        element.voucher = value;
        break;
      case 'ExerciceBord':
        element.year = value;
        break;
      case 'IdUnique':
        if (parent === 'ElementACQUIT') element.uniqueId = value;
        break;
      case 'NumPiece':
        place.piece = value;
        break;
      case 'NumLigne':
        place.line = value;
        break;
      case 'NumAnoAck':
        place.code = value;
        break;
      case 'LibelleAnoAck':
        place.label = value;
        break;
      default:
    }
  }

  close(local: string): void {
    if (local === 'Erreur') {
      this.#errors++;
      this.#add();
      this.#place = { ...this.#place, code: '', label: '' };
    } else if (local === 'DetailLigne') this.#place = { ...this.#place, line: '' };
    else if (local === 'DetailPiece') this.#place = noPlace();
    else if (local === 'ElementACQUIT') this.#judge();
  }

  /** All elements accepted, all refused, or some of each. */
  state(): '' | 'accepted' | 'refused' | 'partial' {
    if (this.#refused === 0) return this.#accepted === 0 ? '' : 'accepted';
    return this.#accepted === 0 ? 'refused' : 'partial';
  }

  refusals(): readonly Refusal[] {
    return this.#refusals;
  }

  #judge(): void {
    if (this.#element.state === '1') this.#accepted++;
    else if (this.#element.state === '0') {
      this.#refused++;
      if (this.#errors === 0) this.#add();
    }
  }

  #add(): void {
    // Errors inside an accepted element are remarks.
    if (this.#element.state === '1' || this.#refusals.length >= MAX_REFUSALS) return;
    const { domain, voucher, year, uniqueId } = this.#element;
    const { piece, line, code, label } = this.#place;
    this.#refusals.push({
      domain,
      voucher,
      year,
      piece,
      line,
      uniqueId,
      errorCode: code,
      errorLabel: label,
    });
  }
}
