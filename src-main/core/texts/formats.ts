// How parameters look in a sentence: sizes, instants and durations by the unit in their name (`sizeBytes`,
// `startedAt`, `waitMs`), everything else as it is, on one line. Pure but for the machine's time zone.
import type { Language } from './texts.ts';

export function formatParameter(name: string, value: unknown, language: Language): string {
  if (typeof value === 'number') return formatNumber(name, value, language);
  if (typeof value === 'string') {
    return /(?:At|^since)$/.test(name) ? formatInstant(value, language) : oneLine(value);
  }
  if (typeof value === 'boolean') return String(value);
  return value === null || value === undefined ? '' : oneLine(JSON.stringify(value));
}

/** 61440 → `61,4 ko`, `61.4 kB`. Steps of 1,000, as Explorer's competitors and the standard count. */
export function formatSize(bytes: number, language: Language): string {
  const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  let [value, step] = [bytes, 0];
  while (Math.abs(value) >= 1000 && step < steps.length - 1)
    [value, step] = [value / 1000, step + 1];
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: steps[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 100 && step > 0 ? 1 : 0,
  }).format(value);
}

/** UTC ISO → local date and time; anything else unchanged. */
export function formatInstant(iso: string, language: Language): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return oneLine(iso);
  return new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }).format(
    date,
  );
}

/** 950 → `950 ms`; 1250 → `1,3 s`; 125000 → `2 min 5 s`. */
export function formatDuration(ms: number, language: Language): string {
  const number = (value: number, digits = 0): string =>
    new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  if (ms < 1000) return `${number(ms)} ms`;
  if (ms < 60_000) return `${number(ms / 1000, 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${number(Math.floor(seconds / 60))} min ${seconds % 60} s`;
  return `${number(Math.floor(seconds / 3600))} h ${Math.floor((seconds % 3600) / 60)} min`;
}

function formatNumber(name: string, value: number, language: Language): string {
  if (name.endsWith('Bytes')) return formatSize(value, language);
  if (/(?:Ms|^ms)$/.test(name)) return formatDuration(value, language);
  // Years, ports and row numbers must not be grouped; counts should be.
  return name === 'count' ? new Intl.NumberFormat(language).format(value) : String(value);
}

/** Names and subjects come from outside: a control character must not reach the reader's terminal. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters meant
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ');
}
