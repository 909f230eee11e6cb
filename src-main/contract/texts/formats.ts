// How values look in a language: sizes, instants, durations. Intl's formatter of dates is slow to make (milliseconds), so it
// is made when first needed and kept. Pure but for the machine's time zone.
import type { Numbers } from './numbers.ts';
import type { Language } from './texts.ts';

export interface Formats {
  /** 61440 → `61,4 ko`, `61.4 kB`. Steps of 1,000. */
  readonly size: (bytes: number) => string;
  /** UTC ISO → local date and time; anything else unchanged. */
  readonly instant: (iso: string) => string;
  /** 950 → `950 ms`; 1250 → `1,3 s`; 125000 → `2 min 5 s`. */
  readonly duration: (ms: number) => string;
  /** By the unit in its name (`sizeBytes`, `waitMs`) or its form (UTC ISO); everything else as it is, on one line. */
  readonly parameter: (name: string, value: unknown) => string;
}

/** English with the day before the month, as everywhere the program is used. */
export const localeOf = (language: Language): string => (language === 'en' ? 'en-GB' : language);

export function createFormats(language: Language, numbers: Numbers): Formats {
  let dates: Intl.DateTimeFormat | undefined;
  const instant = (iso: string): string => {
    const date = new Date(iso);
    return Number.isNaN(date.getTime()) ? oneLine(iso) : asLocal(date);
  };
  const asLocal = (date: Date): string => {
    dates ??= new Intl.DateTimeFormat(localeOf(language), {
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    return dates.format(date);
  };
  const duration = (ms: number): string => {
    if (ms < 1000) return `${Math.round(ms)} ms`;
    if (ms < 60_000) return `${numbers.format(ms / 1000)} s`;
    const seconds = Math.round(ms / 1000);
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    return `${numbers.format(Math.floor(seconds / 3600))} h ${Math.floor((seconds % 3600) / 60)} min`;
  };
  const number = (name: string, value: number): string => {
    if (name.endsWith('Bytes')) return numbers.size(value);
    if (/(?:Ms|^ms)$/.test(name)) return duration(value);
    // Years, ports and row numbers must not be grouped; counts should be, where they are long.
    return name === 'count' && value >= 1000 ? numbers.format(value) : String(value);
  };
  const parameter = (name: string, value: unknown): string => {
    if (typeof value === 'number') return number(name, value);
    if (typeof value === 'string') {
      return ISO_INSTANT.test(value) ? instant(value) : oneLine(value);
    }
    if (typeof value === 'boolean') return String(value);
    return value === null || value === undefined ? '' : oneLine(JSON.stringify(value));
  };
  return { size: numbers.size, instant, duration, parameter };
}

const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** Names and subjects come from outside: a control character must not reach the reader's terminal. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters meant
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, ' ');
}
