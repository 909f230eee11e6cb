// How numbers are written, and their grammatical number, in the program's two languages. Own tables, because Intl reads 9 MB
// of locale data for the "5,000 delivered" at the end of a run; the tests hold them against Intl. Pure.
import type { Language } from './texts.ts';

export interface Numbers {
  /** At most one decimal, thousands grouped: 1234.56 → `1 234,6`, `1,234.6`. */
  readonly format: (value: number) => string;
  /** 61440 → `61,4 ko`, `61.4 kB`. Steps of 1,000; three digits at most, where there is a larger step. */
  readonly size: (bytes: number) => string;
  /** The form of a sentence about so many: French has its singular for nought too. */
  readonly plural: (count: number) => 'one' | 'other';
}

export function createNumbers(language: Language): Numbers {
  const { group, decimal, space, byte, bytes, steps, isOne } = WRITTEN[language];
  const format = (value: number): string => {
    const [whole = '', fraction] = String(round(Math.abs(value))).split('.');
    const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, group);
    const written = fraction === undefined ? grouped : `${grouped}${decimal}${fraction}`;
    return round(value) < 0 ? `-${written}` : written;
  };
  const plural = (count: number): 'one' | 'other' => (isOne(Math.abs(count)) ? 'one' : 'other');
  const size = (amount: number): string => {
    let [value, step] = [amount, 0];
    while (Math.abs(value) >= 1000 && step < steps.length) {
      [value, step] = [value / 1000, step + 1];
    }
    const unit = steps[step - 1];
    if (unit === undefined) return `${format(value)}${space.byte}${isOne(value) ? byte : bytes}`;
    return `${format(Math.abs(value) < 100 ? value : Math.round(value))}${space.step}${unit}`;
  };
  return { format, size, plural };
}

const round = (value: number): number => Math.round(value * 10) / 10;

type Written = {
  readonly group: string;
  readonly decimal: string;
  /** Before a unit; unbreakable where the language writes it so. */
  readonly space: { readonly byte: string; readonly step: string };
  readonly byte: string;
  readonly bytes: string;
  /** Thousand, million, … bytes. */
  readonly steps: readonly string[];
  readonly isOne: (count: number) => boolean;
};

/** Source: Unicode CLDR 47, `numbers`, `units` and plural rules of `fr` and `en`. */
const WRITTEN: Readonly<Record<Language, Written>> = {
  fr: {
    group: '\u202f',
    decimal: ',',
    space: { byte: '\u00a0', step: '\u202f' },
    byte: 'octet',
    bytes: 'octets',
    steps: ['ko', 'Mo', 'Go', 'To'],
    isOne: (count) => count < 2,
  },
  en: {
    group: ',',
    decimal: '.',
    space: { byte: ' ', step: ' ' },
    byte: 'byte',
    bytes: 'bytes',
    steps: ['kB', 'MB', 'GB', 'TB'],
    isOne: (count) => count === 1,
  },
};
