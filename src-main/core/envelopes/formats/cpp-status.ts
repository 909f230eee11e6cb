// CPPStatut: Chorus Pro tells that the status of invoices changed. It is no invoice and must not become one.
import type { FormatReader } from './format-reader.ts';

export type StatusFile = {
  readonly type: 'status';
  readonly form: 'status';
  /** Number and label of the first few; `count` says how many there are. */
  readonly statuses: readonly { readonly number: string; readonly label: string }[];
  readonly count: number;
};

const MAX_KEPT = 20;

export class StatusReader implements FormatReader<StatusFile> {
  readonly #statuses: { number: string; label: string }[] = [];
  #current = { number: '', label: '' };
  #count = 0;

  open(): void {
    // Everything stands in texts.
  }

  close(text: string, path: readonly string[]): void {
    const local = path.at(-1);
    if (local === 'IdFacture') this.#current.number = text;
    else if (local === 'ComplementStatut') this.#current.label = text;
    else if (local === 'CPPFactureStatutUnitaire') {
      this.#count++;
      if (this.#statuses.length < MAX_KEPT) this.#statuses.push(this.#current);
      this.#current = { number: '', label: '' };
    }
  }

  result(): StatusFile {
    return { type: 'status', form: 'status', statuses: this.#statuses, count: this.#count };
  }
}
