// The table of `lanceur route`: one row, one message. Columns by name, French or English; `;`, `,` or tab; any encoding
// that offices save in. Pure.
import { createHash } from 'node:crypto';
import { CsvError, parse } from 'csv-parse/sync';
import { usageError } from '../usage-error.ts';

export const routeColumns = [
  'service',
  'to',
  'cc',
  'bcc',
  'replyTo',
  'subject',
  'text',
  'textFile',
  'htmlFile',
  'attach',
  'id',
] as const;
export type RouteColumn = (typeof routeColumns)[number];

export type RouteRow = {
  /** 1 = the first under the head. */
  readonly number: number;
  readonly values: Readonly<Record<RouteColumn, string>>;
  /** As it stands in the table. */
  readonly cells: readonly string[];
  /** The same for the same row at every run, wherever it stands in the table. */
  readonly key: string;
  /** The row above that has the same id: this one would never be sent. */
  readonly twin: number | null;
};

export type RouteTable = {
  readonly head: readonly string[];
  readonly delimiter: string;
  readonly rows: readonly RouteRow[];
};

/** What people call the columns; compared without case, accents, blanks and plural. */
const names: Readonly<Record<RouteColumn, readonly string[]>> = {
  service: ['service', 'instance'],
  to: ['to', 'a', 'destinataire', 'email', 'mail', 'adresse'],
  cc: ['cc', 'copie'],
  bcc: ['bcc', 'cci', 'copie cachee'],
  replyTo: ['reply to', 'repondre a', 'reponse'],
  subject: ['subject', 'objet', 'sujet'],
  text: ['text', 'texte', 'message', 'corp'],
  textFile: ['text file', 'fichier texte'],
  htmlFile: ['html file', 'fichier html'],
  attach: ['attach', 'attachment', 'piece jointe', 'pj', 'fichier'],
  id: ['id', 'reference', 'numero'],
};

/** Throws usage errors `usage.badTable`, `usage.noColumn`, `usage.unknownColumn`. */
export function readRouteTable(text: string, scope: string): RouteTable {
  const delimiter = delimiterOf(text);
  const [head, ...records] = recordsOf(text, delimiter);
  if (head === undefined) throw usageError('usage.noColumn', { column: 'to' });
  const columns = head.map((title) => columnOf(title));
  const unknown = head.find((title, index) => columns[index] === undefined && title.trim() !== '');
  if (unknown !== undefined)
    throw usageError('usage.unknownColumn', { column: unknown.slice(0, 80) });
  const twice = columns.find((one, index) => one !== undefined && columns.indexOf(one) !== index);
  if (twice !== undefined) throw usageError('usage.doubleColumn', { column: twice });
  if (!columns.includes('to') && !columns.includes('service')) {
    throw usageError('usage.noColumn', { column: 'to' });
  }
  const seen = new Map<string, number>();
  const ids = new Map<string, number>();
  const rows = records.map((cells, index): RouteRow => {
    const values = valuesOf(columns, cells);
    const { id } = values;
    const number = index + 1;
    const twin = id === '' ? null : (ids.get(id) ?? null);
    if (twin === null) ids.set(id, number);
    return { number, values, cells, key: keyOf(values, scope, seen), twin };
  });
  return { head, delimiter, rows };
}

function recordsOf(text: string, delimiter: string): string[][] {
  try {
    const options = {
      delimiter,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
    } as const;
    return parse(text, options).filter((cells) => cells.some((cell) => cell.trim() !== ''));
  } catch (thrown) {
    const lines: unknown = thrown instanceof CsvError ? thrown['lines'] : undefined;
    throw usageError('usage.badTable', { line: typeof lines === 'number' ? lines : 1 });
  }
}

/** The one that the head holds most of, outside quotes. */
function delimiterOf(text: string): string {
  const head = (/^[^\r\n]*/.exec(text.replace(/^\uFEFF/, ''))?.[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = [';', ',', '\t'].map((one) => ({ one, count: head.split(one).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).one;
}

function columnOf(title: string): RouteColumn | undefined {
  const name = plain(title);
  return routeColumns.find(
    (column) => plain(column) === name || names[column].some((one) => plain(one) === name),
  );
}

const plain = (title: string): string =>
  title
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/s(?=$|jointe|cachee)/g, '')
    .replace(/s$/, '');

function valuesOf(columns: readonly (RouteColumn | undefined)[], cells: readonly string[]) {
  const value = (column: RouteColumn): string => cells[columns.indexOf(column)]?.trim() ?? '';
  return {
    service: value('service'),
    to: value('to'),
    cc: value('cc'),
    bcc: value('bcc'),
    replyTo: value('replyTo'),
    subject: value('subject'),
    text: value('text'),
    textFile: value('textFile'),
    htmlFile: value('htmlFile'),
    attach: value('attach'),
    id: value('id'),
  };
}

/** With an id: that id. Without: the content, and how many rows like it stand above. */
function keyOf(values: RouteRow['values'], scope: string, seen: Map<string, number>): string {
  const identity = values.id === '' ? JSON.stringify(values) : `id:${values.id}`;
  const count = seen.get(identity) ?? 0;
  seen.set(identity, count + 1);
  const text = values.id === '' ? `${scope}\n${count}\n${identity}` : `${scope}\n${identity}`;
  return `route:${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
}
