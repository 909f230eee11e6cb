// Values of the wild made comparable: dates as YYYY-MM-DD, amounts as exact decimals with a point. Pure.

/** `2018-12-18T16:51:55+01:00`, `20150109`, `18/12/2018` → `2018-12-18`; anything else → ''. */
export function isoDate(text: string): string {
  const trimmed = text.trim();
  const ordered = /^(\d{4})-?(\d{2})-?(\d{2})(?!\d)/u.exec(trimmed);
  if (ordered) return checkedDate(ordered[1], ordered[2], ordered[3]);
  const french = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)/u.exec(trimmed);
  if (french) return checkedDate(french[3], french[2], french[1]);
  return '';
}

function checkedDate(year = '', month = '', day = ''): string {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : '';
}

/** `3245.681450` → `3245.68145`, `1 234,5` → `1234.50`: two decimals at least, none lost. Not a number → ''. */
export function decimal(text: string): string {
  const found = /^([+-]?)(\d{1,30})(?:[.,](\d{0,12}))?$/u.exec(
    text.replace(/[\s\u00a0\u202f']/gu, ''),
  );
  if (!found) return '';
  const whole = (found[2] ?? '').replace(/^0+(?=\d)/u, '');
  const decimals = (found[3] ?? '').replace(/0+$/u, '').padEnd(2, '0');
  const isZero = /^0*$/u.test(whole + decimals);
  return `${found[1] === '-' && !isZero ? '-' : ''}${whole}.${decimals}`;
}

/** Exact sum of what is a number among any amount of texts, in the room of one. */
export class DecimalSum {
  #total: bigint | null = null;

  add(text: string): void {
    const amount = decimal(text);
    if (amount !== '') this.#total = (this.#total ?? 0n) + scaled(amount);
  }

  /** '' when nothing was a number. */
  total(): string {
    const total = this.#total;
    if (total === null) return '';
    const digits = String(total < 0n ? -total : total).padStart(SCALE + 1, '0');
    return decimal(`${total < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`);
  }
}

const SCALE = 12;

function scaled(amount: string): bigint {
  const [whole = '0', decimals = ''] = amount.split('.');
  return BigInt(whole + decimals.padEnd(SCALE, '0'));
}

/** White space of all kinds to one blank. */
export const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();

/** Each once, in order of appearance, without empty ones. */
export const distinct = (texts: Iterable<string>): string[] => [
  ...new Set([...texts].filter((text) => text !== '')),
];

/** The first that is not empty; '' when all are. */
export const firstOf = (...texts: readonly (string | undefined)[]): string =>
  texts.find((text) => text !== undefined && text !== '') ?? '';
