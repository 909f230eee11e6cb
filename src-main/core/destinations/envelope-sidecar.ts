// The index file of an envelope: its normalised keys, lists and files, in each of the formats of an index file. One per
// envelope, whatever its number of documents: what is delivered as one thing is described as one. Pure.
import {
  asNumber,
  escapeXml,
  fieldKey,
  NUMBERS,
  plain,
  renderSidecar,
  type SidecarKind,
} from './sidecar.ts';

/** Text, list of texts, or list of records of texts. */
export type IndexNode = string | readonly string[] | readonly IndexRecord[];
// eslint-disable-next-line @typescript-eslint/consistent-indexed-object-style -- `Record` cannot refer to itself
export type IndexRecord = { readonly [key: string]: IndexNode };

const EXTENSIONS = {
  json: 'json',
  xml: 'xml',
  csv: 'csv',
  text: 'txt',
} as const satisfies Record<SidecarKind, string>;

/** `facture.index.json` */
export const envelopeSidecarName = (stem: string, format: SidecarKind): string =>
  `${stem}.index.${EXTENSIONS[format]}`;

/** UTF-8. JSON and XML keep the structure; CSV and text have one flat field per value: `files_1_name`. */
export function renderEnvelopeSidecar(format: SidecarKind, record: IndexRecord): Buffer {
  if (format === 'json') return Buffer.from(`${JSON.stringify(cleanNode(record), null, 2)}\n`);
  if (format === 'xml') return Buffer.from(renderXml(record));
  return renderSidecar(format, Object.fromEntries(flat(record)));
}

function renderXml(record: IndexRecord): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<envelope>', ...xmlOf(record, '  ')];
  return [...lines, '</envelope>', ''].join('\n');
}

function xmlOf(record: IndexRecord, indent: string): string[] {
  return Object.entries(record).flatMap(([name, node]) => {
    const key = fieldKey(name);
    if (typeof node === 'string') return [`${indent}<${key}>${escapeXml(plain(node))}</${key}>`];
    const children = node.flatMap((child): string[] => {
      if (typeof child === 'string') {
        return [`${indent}  <value>${escapeXml(plain(child))}</value>`];
      }
      return [`${indent}  <entry>`, ...xmlOf(child, `${indent}    `), `${indent}  </entry>`];
    });
    if (children.length === 0) return [`${indent}<${key}/>`];
    return [`${indent}<${key}>`, ...children, `${indent}</${key}>`];
  });
}

function cleanNode(node: IndexNode | IndexRecord): unknown {
  if (typeof node === 'string') return plain(node);
  if (isRecord(node)) {
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [
        fieldKey(key),
        typeof value === 'string' && NUMBERS.has(key) ? asNumber(value) : cleanNode(value),
      ]),
    );
  }
  return node.map(cleanNode);
}

const isRecord = (node: Exclude<IndexNode, string> | IndexRecord): node is IndexRecord =>
  !Array.isArray(node);

/** Lists of texts stay one field, for that is what a column can hold; records get a field per value, numbered from 1. */
function flat(record: IndexRecord, prefix = ''): [string, string][] {
  return Object.entries(record).flatMap(([key, node]): [string, string][] => {
    const name = `${prefix}${key}`;
    if (typeof node === 'string') return [[name, node]];
    const records = node.flatMap((one) => (typeof one === 'string' ? [] : [one]));
    if (records.length === 0) return [[name, node.filter(isText).join(' ; ')]];
    return [
      [`${name}_count`, String(records.length)],
      ...records.flatMap((one, index) => flat(one, `${name}_${String(index + 1)}_`)),
    ];
  });
}

const isText = (one: string | IndexRecord): one is string => typeof one === 'string';
