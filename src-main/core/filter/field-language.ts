// Which of the two languages a field is written in, and the spellings that are neither. A name never holds
// a slash, so a slash anywhere but around a whole expression is a mistake worth a precise sentence.
import { ConfigError } from '../errors.ts';
import { parseRegex } from './parse-regex.ts';

export type FilterField = 'filter.include' | 'filter.exclude';

/** The text between the slashes, or null when the field is a glob list. Throws ConfigError `filter.*`. */
export function readSlashes(text: string, field: FilterField): string | null {
  if (!text.startsWith('/')) return null;
  const end = text.lastIndexOf('/');
  const body = text.slice(1, end);
  const tail = text.slice(end + 1);
  if (end === 0) throw refuse('filter.unclosedRegex', text, field, `${text}/`);
  if (body === '') throw refuse('filter.emptyRegex', text, field);
  if (/\/\s*;\s*\//.test(text)) throw refuse('filter.regexList', text, field, joinList(text));
  if (tail !== '' && /^[imsuxg]+$/.test(tail)) {
    const flag = tail.includes('i') && !body.startsWith('(?i)') ? '(?i)' : '';
    throw refuse('filter.regexFlags', text, field, `/${flag}${body}/`);
  }
  // The first example of the manual was damaged on two of its pages: `/*\.(?!db).*/*`.
  const repaired = `/${body.replace(/^\*/, '.*')}/`;
  const isDamaged = /^\*+$/.test(tail) || (tail === '' && body.startsWith('*'));
  if (isDamaged && isReadable(repaired)) throw refuse('filter.damaged', text, field, repaired);
  if (tail !== '') throw refuse('filter.slash', text, field);
  return body;
}

/** Refuses a glob list with a slash in it. */
export function checkGlobText(text: string, field: FilterField): void {
  if (!text.includes('/')) return;
  if (text.endsWith('/')) throw refuse('filter.unclosedRegex', text, field, `/${text}`);
  throw refuse('filter.slash', text, field);
}

function joinList(text: string): string {
  const parts = text.split(/\/\s*;\s*\//).map((part) => part.replace(/^\/|\/$/g, ''));
  return `/(?:${parts.join('|')})/`;
}

/** A code that promises another spelling is only used with one that can be read. */
function refuse(code: string, pattern: string, field: FilterField, suggestion = ''): ConfigError {
  if (suggestion === '') return new ConfigError(code, { pattern }, { field });
  if (!isReadable(suggestion)) return new ConfigError('filter.slash', { pattern }, { field });
  return new ConfigError(code, { pattern, suggestion }, { field });
}

function isReadable(text: string): boolean {
  try {
    parseRegex(text.slice(1, -1), (code) => new ConfigError(code));
    return true;
  } catch {
    return false;
  }
}
