// Identity of an act: `dep-SIREN-date-numero-nature` (IDActe of the @CTES schema), given or put together. Pure.
import { isoDate } from './values.ts';

export type ActeIdentity = {
  /** IDActe where it is whole; else the parts there are, joined the same way; '' when there are too few. */
  readonly id: string;
  readonly isComplete: boolean;
  readonly siren: string;
  readonly number: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  /** As given: a digit or two letters. */
  readonly nature: string;
};

type ActeParts = {
  readonly given: string;
  readonly number: string;
  readonly date: string;
  readonly nature: string;
  readonly siren: string;
  readonly department: string;
};

/** Nomenclature of acts, in the words of Pastell's forms; words of the trade, never translated. */
export const NATURE_LABELS: ReadonlyMap<string, string> = new Map([
  ['1', 'Délibérations'],
  ['2', 'Actes réglementaires'],
  ['3', 'Actes individuels'],
  ['4', 'Contrats, conventions et avenants'],
  ['5', 'Documents budgétaires et financiers'],
  ['6', 'Autres'],
]);

const LETTERS = ['', 'DE', 'AR', 'AI', 'CC', 'BF', 'AU'];
const ID = /^(\d[\dAB]\d)-(\d{9})-(\d{8})-([A-Za-z0-9_]{1,15})-([A-Z]{2})$/u;

/** `DE` → `1`; a digit stays; anything else → ''. */
export function natureCodeOf(nature: string): string {
  if (/^[1-6]$/u.test(nature)) return nature;
  const index = LETTERS.indexOf(nature.toUpperCase());
  return index > 0 ? String(index) : '';
}

export function acteId(parts: ActeParts): ActeIdentity {
  const whole = ID.exec(parts.given);
  if (whole) {
    const [id, , siren = '', day = '', number = '', nature = ''] = whole;
    // The act's own date, where it is given: an id found in a file name may carry another.
    const date = isoDate(parts.date) || isoDate(day);
    return { id, isComplete: true, siren, number, date, nature };
  }
  const date = isoDate(parts.date);
  const nature = LETTERS[Number(natureCodeOf(parts.nature))] ?? '';
  const composed = [parts.department, parts.siren, date.replaceAll('-', ''), parts.number, nature];
  const id = composed.join('-');
  const isComplete = ID.test(id);
  const isEnough = isComplete || (date !== '' && parts.number !== '');
  return {
    id: isEnough ? composed.filter((part) => part !== '').join('-') : '',
    isComplete,
    siren: parts.siren,
    number: parts.number,
    date,
    nature: parts.nature,
  };
}
