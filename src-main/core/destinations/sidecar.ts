// The index file beside a document: where it came from, what it is called, what it weighs, in the form the COLD job
// reads. Pure. Formats and fields are described, with an example of each, in docs/sidecar.md.
import type { SidecarFormat } from '#contract/model/cold-job';

export type SidecarKind = Exclude<SidecarFormat, 'none'>;

/** Field → value; keys may be camelCase (`messageId`), they are written in snake_case (`message_id`). */
export type SidecarFacts = Readonly<Record<string, string>>;

const EXTENSIONS = {
  json: '.json',
  xml: '.xml',
  csv: '.csv',
  text: '.txt',
} as const satisfies Record<SidecarKind, string>;

/** Name or path of the sidecar that belongs to a document's name or path: `facture.pdf` → `facture.pdf.json`. */
export function sidecarName(documentName: string, format: SidecarKind): string {
  return documentName + EXTENSIONS[format];
}

/** UTF-8. No value brings a control character or half a surrogate pair along, whatever a mail's header held. */
export function renderSidecar(format: SidecarKind, facts: SidecarFacts): Buffer {
  return Buffer.from(RENDERERS[format](cleaned(facts)));
}

type Field = readonly [key: string, value: string];

const RENDERERS: Record<SidecarKind, (fields: readonly Field[]) => string> = {
  json: renderJson,
  xml: renderXml,
  csv: renderCsv,
  text: renderText,
};

function renderJson(fields: readonly Field[]): string {
  const typed = fields.map(([key, value]) => [key, NUMBERS.has(key) ? asNumber(value) : value]);
  return `${JSON.stringify(Object.fromEntries(typed), null, 2)}\n`;
}

function renderXml(fields: readonly Field[]): string {
  const lines = fields.map(([key, value]) => `  <${key}>${escapeXml(value)}</${key}>`);
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<document>', ...lines, '</document>', ''].join(
    '\n',
  );
}

/**
 * RFC 4180 quoting and line ends, in the dialect that French spreadsheets open by a double click: semicolons and a
 * byte order mark. The mark hides in the heading `sidecar_version`, so that a reader who does not know it loses
 * no field.
 */
function renderCsv(fields: readonly Field[]): string {
  const columns: Field[] = [['sidecar_version', '1'], ...withUsual(fields)];
  const line = (cells: readonly string[]): string => cells.map(quoteCsv).join(';');
  return `\uFEFF${line(columns.map(([key]) => key))}\r\n${line(columns.map(([, value]) => disarm(value)))}\r\n`;
}

/** `label: value` lines, for indexers that look for a label and take what follows it. */
function renderText(fields: readonly Field[]): string {
  return withUsual(fields)
    .map(([key, value]) => `${key}: ${value}\r\n`)
    .join('');
}

/** Positions and labels must not depend on what a source happens to know: these are always there, before the others. */
const USUAL = ['from', 'to', 'subject', 'date', 'message_id', 'source_path'];
const OWN = [
  'original_name', 'name', 'size', 'sha256', 'received_at', 'delivered_at', 'launcher', 'job_number', 'job_name',
]; // prettier-ignore
export const NUMBERS = new Set(['size', 'job_number']);

function withUsual(fields: readonly Field[]): Field[] {
  const values = new Map(fields);
  const first = [...OWN, ...USUAL];
  const others = fields.filter(([key]) => !first.includes(key));
  return [...first.map((key): Field => [key, values.get(key) ?? '']), ...others];
}

function cleaned(facts: SidecarFacts): Field[] {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(facts)) {
    const key = fieldKey(name);
    let free = key;
    for (let copy = 2; fields.has(free); copy++) free = `${key}_${String(copy)}`;
    fields.set(free, plain(value));
  }
  return [...fields];
}

/** A legal XML name and CSV heading, whatever a source calls its fact. */
export function fieldKey(name: string): string {
  const snake = name
    .replace(/([a-z0-9])([A-Z])/gu, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '_')
    .replace(/^_+|_+$/gu, '');
  return /^[a-z]/u.test(snake) && !snake.startsWith('xml') ? snake : `fact_${snake}`;
}

export function plain(value: string): string {
  return value.toWellFormed().replace(UNWRITABLE, ' ').trim();
}

/** Controls, line and paragraph separators, and what XML 1.0 forbids beside them. */
// eslint-disable-next-line no-control-regex -- these are the characters to take out
const UNWRITABLE = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\uFFFE\uFFFF]+/gu;

export const asNumber = (value: string): number | null =>
  /^\d+$/u.test(value) ? Number(value) : null;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};
export const escapeXml = (value: string): string =>
  value.replace(/[&<>]/gu, (character) => ENTITIES[character] ?? character);

const quoteCsv = (value: string): string =>
  /[";,\r\n]|^\s|\s$/u.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

/** A subject like `=HYPERLINK(…)` must stay a text when somebody opens the file in a spreadsheet. */
const disarm = (value: string): string =>
  /^[=@]/u.test(value) || /^[+-](?![\d\s.,()/]*$)/u.test(value) ? `'${value}` : value;
